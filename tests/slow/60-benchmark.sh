#!/usr/bin/env bash
# How fast the optimised build is. Each benchmark prints its figures; it fails when it cannot.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
CC=gcc tests/build.sh build/release-gcc -Doptimization=2 || {
  echo "0 passed, 1 failed"
  exit 1
}
passed=0
failed=0
export SOURCE_ROOT=$PWD BUILD_ROOT=$PWD/build/release-gcc
for program in build/release-gcc/tests/bench/bench_* tests/bench/casting.py; do
  [ -f "$program" ] && [ -x "$program" ] || continue
  case $program in
    */bench_bare | */bench_database) continue ;; # casting.py runs them
  esac
  echo "-- $(basename "$program") --"
  if "$program"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
