#!/usr/bin/env bash
# Tallies elections with two rules side by side, greedy, as most cities count, and Equal Shares; for
# ./run --tally, which has built what this needs.
#
#   audit/side_by_side.sh FILE.pb...
set -euo pipefail
cd "$(dirname "$0")/.."
program=build/release/audit/beffroi-audit
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The value of a key of META.
meta() {
  sed -n "/^PROJECTS/q; s/^$2;//p" "$1" | tr -d '\r' | head -n 1
}

for file in "$@"; do
  # Cities that use Equal Shares with approvals count a project as worth its cost.
  utility=()
  [ "$(meta "$file" vote_type)" != approval ] || utility=(--utility cost)
  "$program" tally "$file" --rule greedy --json >"$work/greedy.json"
  "$program" tally "$file" --rule equal-shares "${utility[@]}" --completion add1 --json \
    >"$work/equal-shares.json"
  python3 audit/side_by_side.py "$file" greedy="$work/greedy.json" \
    "Equal Shares=$work/equal-shares.json"
done

cat <<END

Next:
  why each project won or lost
    $program tally $1
  as the city counted; does it agree with what was published?
    $program tally $1 --preset published --check-published
  all rules and their settings
    $program rules
END
