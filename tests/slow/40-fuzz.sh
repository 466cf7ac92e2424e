#!/usr/bin/env bash
# Fuzzes each driver with libFuzzer for FUZZ_SECONDS (default 60), starting from its seeds. What it
# finds stays in build/fuzz/found/<name>/; an input that breaks something belongs into
# tests/fuzz/corpus/<name>/ when it is mended.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
seconds=${FUZZ_SECONDS:-60}

CC=clang tests/build.sh build/fuzz -Doptimization=1 -Dfuzz=true \
  -Db_sanitize=address,undefined -Db_lundef=false || {
  echo "0 passed, 1 failed"
  exit 1
}
passed=0
failed=0
for source in tests/fuzz/fuzz_*.c; do
  name=$(basename "$source" .c)
  name=${name#fuzz_}
  found=build/fuzz/found/$name
  mkdir -p "$found"
  log=build/fuzz/$name.txt
  if "build/fuzz/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=25 \
    -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$found/" \
    "$found" "tests/fuzz/corpus/$name" >"$log" 2>&1; then
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    echo "  $name: ${runs:-?} inputs in $seconds s, nothing found"
    passed=$((passed + 1))
  else
    echo "  $name: FOUND something; from $log:"
    grep -aE 'ERROR|SUMMARY|Test unit written' "$log" | head -n 8
    failed=$((failed + 1))
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
