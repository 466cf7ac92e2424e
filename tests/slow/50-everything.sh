#!/usr/bin/env bash
# What leaves something out for time without leaving it out (BEFFROI_ALL), on the optimised build: real
# elections, reference outcomes, every allocation that fails.
cd "$(dirname "$0")/../.." || exit 3
BEFFROI_ALL=1 CC=gcc tests/tier.sh build/release-gcc -Doptimization=2 -- \
  --suite integration --suite property --suite faults --timeout-multiplier 20
