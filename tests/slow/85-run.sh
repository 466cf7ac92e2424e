#!/usr/bin/env bash
# ./run ends with its verdict, stays when asked to, and leaves nothing running and nothing behind,
# interrupted at any moment.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
passed=0
failed=0
if ./run --exit; then passed=1; else failed=1; fi
output=$(python3 tests/slow/try_run.py "${RUN_INTERRUPTIONS:-20}")
echo "$output"
read -r more_passed more_failed < <(sed -nE '$s/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' \
  <<<"$output")
passed=$((passed + ${more_passed:-0}))
failed=$((failed + ${more_failed:-1}))
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
