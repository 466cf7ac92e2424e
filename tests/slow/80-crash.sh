#!/usr/bin/env bash
# Kills and stops processes in the midst of a vote, at random and at each point where the sequencer
# may be, CRASH_ROUNDS times (default 3): no receipt is ever missing. BEFFROI_SEED repeats a run.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
CC=gcc tests/build.sh build/crash -Doptimization=2 -Dcrash_points=true || {
  echo "0 passed, 1 failed"
  exit 1
}
election=${BEFFROI_SHARED:-../shared}/pabulib/Poland_Wieliczka_2023_Green_Budget.pb
made=
if [ ! -f "$election" ]; then
  made=$(mktemp)
  election=$made
  trap 'rm -f "$made"' EXIT
  build/crash/tests/oracle/generate --voters 6000 >"$made"
fi
SOURCE_ROOT=$PWD BUILD_ROOT=$PWD/build/crash \
  tests/integration/replay_service.py --harm "${CRASH_ROUNDS:-3}" "$election"
