#!/usr/bin/env bash
# A result is the same bytes whoever compiled the program: each shared election, by several rules, by
# the optimised builds of gcc and clang and, every tenth one, by a build with sanitizers.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
elections=${BEFFROI_SHARED:-../shared}/pabulib

CC=gcc tests/build.sh build/release-gcc -Doptimization=2 &&
  CC=clang tests/build.sh build/release-clang -Doptimization=2 &&
  CC=gcc tests/build.sh build/sanitized -Doptimization=1 -Db_sanitize=address,undefined || {
  echo "0 passed, 1 failed"
  exit 1
}
if [ ! -d "$elections" ]; then
  echo "SKIPPED: there is no folder $elections"
  echo "0 passed, 0 failed"
  exit 0
fi

# Every rule as it is, and completions.
names=$(build/release-gcc/audit/beffroi-audit rules --json |
  python3 -c 'import json, sys; print(*(rule["name"] for rule in json.load(sys.stdin)["rules"]))')
read -ra rules <<<"$names"
[ "${#rules[@]}" -gt 0 ] || {
  echo "0 passed, 1 failed"
  exit 1
}
rules+=("equal-shares --completion greedy" "equal-shares --completion phragmen" "cstv --set variant=ewt")

# What a build says of an election; a program that could not finish is never right.
outcome() {
  local build=$1 file=$2 status=0
  shift 2
  "build/$build/audit/beffroi-audit" tally "$file" --json --rule "$@" 2>&1 || status=$?
  [ "$status" -le 2 ] || echo "$build ended with status $status"
}

passed=0
failed=0
number=0
for file in "$elections"/*.pb; do
  number=$((number + 1))
  builds=(release-gcc release-clang)
  [ $((number % 10)) != 1 ] || builds+=(sanitized)
  for rule in "${rules[@]}"; do
    different=$(for build in "${builds[@]}"; do
      # shellcheck disable=SC2086 # a rule is a name and perhaps options
      outcome "$build" "$file" $rule | sha256sum
    done | sort -u | wc -l)
    if [ "$different" = 1 ]; then
      passed=$((passed + 1))
    else
      failed=$((failed + 1))
      echo "differs: $file, $rule, between ${builds[*]}"
    fi
  done
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
