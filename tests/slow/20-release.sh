#!/usr/bin/env bash
# The tests as users get the programs: optimised and hardened, by each compiler.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
passed=0
failed=0
for compiler in gcc clang; do
  output=$(mktemp)
  CC=$compiler tests/tier.sh "build/release-$compiler" -Doptimization=2 2>&1 | tee "$output"
  counts=$(tail -n 1 "$output" | sed -nE 's/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p')
  rm -f "$output"
  read -r more_passed more_failed <<<"${counts:-0 1}"
  passed=$((passed + more_passed))
  failed=$((failed + more_failed))
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
