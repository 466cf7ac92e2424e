#!/usr/bin/env bash
# The unit tests under valgrind: memory that was never set, which no sanitizer of gcc sees. Without
# hardening, which would set it.
cd "$(dirname "$0")/../.." || exit 3
CC=gcc tests/tier.sh build/valgrind -Doptimization=1 -Dhardening=false -- \
  --suite unit --timeout-multiplier 20 \
  --wrapper "valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite"
