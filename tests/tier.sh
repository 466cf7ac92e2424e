#!/usr/bin/env bash
# Builds with warnings as errors, runs all tests, and says how it went; the last line is
# "N passed, N failed".
#
#   CC=gcc tests/tier.sh FOLDER [-DOPTION=VALUE]... [-- ARGUMENT-OF-MESON-TEST...]
set -uo pipefail
cd "$(dirname "$0")/.." || exit 3

folder=$1
shift
options=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  options+=("$1")
  shift
done
[ $# -eq 0 ] || shift

failed_before_tests() {
  echo "$1"
  echo "0 passed, 1 failed"
  exit 1
}

tests/build.sh "$folder" "${options[@]}" || failed_before_tests "the build in $folder failed"

# Its name grows when a wrapper is used.
rm -f "$folder"/meson-logs/testlog*.json
# Bounds of time only tell a hanging test from one on a slow machine.
meson test -C "$folder" --no-rebuild --quiet --timeout-multiplier 5 "$@" >"$folder/test.txt" 2>&1
log=$(ls "$folder"/meson-logs/testlog*.json 2>/dev/null)
[ -s "$log" ] || failed_before_tests "$(tail -n 20 "$folder/test.txt")"
python3 tests/summary.py "$log"
