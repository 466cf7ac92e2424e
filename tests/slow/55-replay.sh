#!/usr/bin/env bash
# Every shared French election and Świecie 2023 held again on a board, as signed ballots, verified,
# and compared with the count of the file; on the optimised build.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
CC=gcc tests/build.sh build/release-gcc -Doptimization=2 || {
  echo "0 passed, 1 failed"
  exit 1
}
shopt -s nullglob
files=("${BEFFROI_SHARED:-$(dirname "$PWD")/shared}"/pabulib/{France_,Poland_Swiecie_2023}*.pb)
if [ ${#files[@]} -eq 0 ]; then
  echo "skipped: no shared elections: neither \$BEFFROI_SHARED nor ../shared"
  echo "0 passed, 0 failed"
  exit 0
fi
BUILD_ROOT="$PWD/build/release-gcc" SOURCE_ROOT="$PWD" tests/integration/replay.py --files "${files[@]}"
