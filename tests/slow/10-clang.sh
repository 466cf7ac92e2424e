#!/usr/bin/env bash
# The same tests built by clang: its sanitizers see other things.
cd "$(dirname "$0")/../.." || exit 3
# Its sanitizers are left undefined in libraries until a program is linked.
CC=clang tests/tier.sh build/sanitized-clang \
  -Doptimization=1 -Db_sanitize=address,undefined -Db_lundef=false -Dcrash_points=true
