#!/usr/bin/env bash
# Each bit of each byte of a small board, as each kind of files, and of a receipt: every flip is
# refused.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
CC=gcc tests/build.sh build/release-gcc -Doptimization=2 || {
  echo "0 passed, 1 failed"
  exit 1
}
output=$(mktemp)
trap 'rm -f "$output"' EXIT
BUILD_ROOT=$PWD/build/release-gcc build/release-gcc/tests/integration/every_byte --all | tee "$output"
status=${PIPESTATUS[0]}
passed=$(grep -c '^ok ' "$output")
failed=$(grep -c '^not ok ' "$output")
awk '/^ok / { flips += $(NF - 4) } END { print flips + 0, "flips refused" }' "$output"
[ "$status" = 0 ] || [ "$failed" -gt 0 ] || failed=1
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
