#!/usr/bin/env bash
# The shipped configurations of haproxy and Caddy, checked by themselves and tried before the test
# service, as nginx's is in every run.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3

CC=gcc tests/build.sh build/sanitized -Doptimization=1 -Db_sanitize=address,undefined || {
  echo "0 passed, 1 failed"
  exit 1
}
output=$(mktemp)
SOURCE_ROOT=$PWD BUILD_ROOT=$PWD/build/sanitized tests/integration/proxies.py haproxy caddy | tee "$output"
# A case that was skipped is neither.
passed=$(grep '^ok' "$output" | grep -vc '# SKIP')
failed=$(grep -c '^not ok' "$output")
whole=$(grep -c '^1\.\.' "$output")
rm -f "$output"
[ "$whole" = 1 ] || failed=$((failed + 1))
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
