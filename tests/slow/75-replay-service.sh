#!/usr/bin/env bash
# Holds published elections again on the whole service, optimised as users get it: figures, an
# accepted audit and the published winners for each. The largest has 61,668 voters.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
elections=${BEFFROI_SHARED:-../shared}/pabulib
files=()
for name in France_Toulouse_2019 Poland_Swiecie_2023 Poland_Wieliczka_2023_Green_Budget \
  Poland_Warszawa_2026; do
  if [ -f "$elections/$name.pb" ]; then
    files+=("$elections/$name.pb")
  else
    echo "SKIPPED: there is no $elections/$name.pb"
  fi
done
CC=gcc tests/build.sh build/release-gcc -Doptimization=2 || {
  echo "0 passed, 1 failed"
  exit 1
}
SOURCE_ROOT=$PWD BUILD_ROOT=$PWD/build/release-gcc \
  tests/integration/replay_service.py --files "${files[@]}"
