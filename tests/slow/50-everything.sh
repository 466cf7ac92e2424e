#!/usr/bin/env bash
# The tests over real elections and reference outcomes without leaving any out for time
# (BEFFROI_ALL), on the optimised build.
cd "$(dirname "$0")/../.." || exit 3
BEFFROI_ALL=1 CC=gcc tests/tier.sh build/release-gcc -Doptimization=2 -- \
  --suite integration --suite property --timeout-multiplier 20
