#!/usr/bin/env bash
# The same bits on other machines: 64 bits of the other endianness (s390x), 64 bits of another maker
# (aarch64) and 32 bits (i386), emulated by qemu. The unit tests of what computes pass there, and a
# result is the same bytes as here: shared elections, made ones and those of tests/vectors, by several
# rules; and simulated ones, which are made there too.
#
# musl is not among them: Debian has its C library (musl-tools) but no jansson, GMP, libsodium or
# libcurl for it, and its static ones are made for glibc: libgmp.a and libjansson.a call
# __snprintf_chk and others that only glibc has.
#
# TARGETS="s390x i386" tries these only.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
elections=${BEFFROI_SHARED:-../shared}/pabulib

# Debian's name: what its compiler is called, what qemu calls it, meson's family, endianness.
declare -A targets=(
  [arm64]="aarch64-linux-gnu aarch64 aarch64 little"
  [s390x]="s390x-linux-gnu s390x s390x big"
  [i386]="i686-linux-gnu i386 x86 little"
)
rules=("greedy" "greedy --by density" "equal-shares" "equal-shares --completion add1,greedy"
  "equal-shares --completion phragmen" "exact-equal-shares" "phragmen")

# The unit tests of the rooms that are pure, or most of them.
units=(add1 admission arena base64 board buffer canonical canonical_draft canonical_write checkpoint
  choice comparison count credential digest draw election electorate entry envelope equal_shares
  exact_equal_shares greedy hex manifest manifest_write merkle natural order outcome packed pabulib
  pabulib_write phragmen plain preset profile receipt settings signature span support tiebreak tile
  voter_set wide)

passed=0
failed=0
files=()

fail() {
  echo "$1"
  failed=$((failed + 1))
}

# What meson has to know of a target.
describe() {
  local name=$1 compiler=$2 emulator=$3 family=$4 endian=$5
  local root=$PWD/build/targets/$name/root
  cat <<END
[binaries]
c = '$compiler-gcc'
ar = '$compiler-ar'
strip = '$compiler-strip'
pkgconfig = 'pkg-config'
exe_wrapper = ['qemu-$emulator', '-L', '$root']

[built-in options]
c_args = ['--sysroot=$root']
c_link_args = ['--sysroot=$root']

[properties]
needs_exe_wrapper = true
sys_root = '$root'
pkg_config_libdir = ['$root/usr/lib/${compiler/i686/i386}/pkgconfig', '$root/usr/share/pkgconfig']

[host_machine]
system = 'linux'
cpu_family = '$family'
cpu = '$family'
endian = '$endian'
END
}

build_target() {
  local name=$1
  tests/target_root.sh "$name" "build/targets/$name" || return
  # shellcheck disable=SC2086 # a target is several words
  describe "$name" ${targets[$name]} >"build/targets/$name/cross.ini"
  BUILD_ONLY="audit/beffroi-audit ${units[*]/#/tests/unit/test_}" \
    tests/build.sh "build/target-$name" -Doptimization=2 \
    --cross-file "build/targets/$name/cross.ini"
}

test_target() {
  local folder=build/target-$1 log=build/target-$1/meson-logs/testlog.json more_passed more_failed
  rm -f "$log"
  meson test -C "$folder" --no-rebuild --quiet --timeout-multiplier 40 \
    --suite unit "${units[@]}" >"$folder/test.txt" 2>&1
  [ -s "$log" ] || {
    fail "the tests of $1 did not run: $(tail -n 3 "$folder/test.txt")"
    return
  }
  python3 tests/summary.py "$log" | tee "$folder/summary.txt"
  read -r more_passed more_failed < <(sed -nE '$s/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' \
    "$folder/summary.txt")
  passed=$((passed + ${more_passed:-0}))
  failed=$((failed + ${more_failed:-1}))
}

# Elections of every kind of ballot, from the smallest up; those that are here.
gather_files() {
  local name kind
  mkdir -p build/targets/made
  for kind in approval points ranking scores; do
    build/release-gcc/tests/oracle/generate --seed 7 --voters 800 --projects 24 --kind "$kind" \
      >"build/targets/made/$kind.pb" || fail "no election of $kind could be made"
  done
  files=(tests/vectors/pb/*.pb build/targets/made/*.pb)
  for name in France_Toulouse_2022_6_-_Saint-Cyprien France_Toulouse_2019 Netherlands_Amsterdam_285 \
    Poland_Swiecie_2023 US_Stanford_Dataset_PB_Chicago_35th_Ward_2021_vote_rankings; do
    if [ -f "$elections/$name.pb" ]; then
      files+=("$elections/$name.pb")
    else
      echo "SKIPPED: there is no $elections/$name.pb"
    fi
  done
}

# The outcome or the complaint of "FILE by RULE", by the program that comes after both; what could
# not finish is never right.
outcome() {
  local file=$1 rule=$2 status=0
  shift 2
  # shellcheck disable=SC2086 # a rule is a name and perhaps options
  "$@" tally "$file" --json --rule $rule 2>&1 || status=$?
  [ "$status" -le 2 ] || echo "$* ended with status $status"
}

# Whether the target says the same as this machine when it is asked for "$2" of "$1" by ….
same() {
  local name=$1 asked=$2 emulator
  shift 2
  read -r _ emulator _ <<<"${targets[$name]}"
  if cmp -s <("$@" build/release-gcc/audit/beffroi-audit) \
    <("$@" "qemu-$emulator" -L "build/targets/$name/root" "build/target-$name/audit/beffroi-audit"); then
    passed=$((passed + 1))
  else
    fail "differs on $name: $asked"
  fi
}

simulation() {
  local model=$1
  shift
  "$@" simulate "$model" --seed 7 --voters 80 --number 3
  "$@" simulate "$model" --seed 7 --voters 80 --elections 5 --rules greedy,default,phragmen --json
}

compare_target() {
  local name=$1 file rule model
  for file in "${files[@]}"; do
    for rule in "${rules[@]}"; do
      same "$name" "$file, $rule" outcome "$file" "$rule"
    done
  done
  for model in impartial euclidean; do
    same "$name" "simulate $model" simulation "$model"
  done
}

BUILD_ONLY="audit/beffroi-audit tests/oracle/generate" CC=gcc \
  tests/build.sh build/release-gcc -Doptimization=2 || {
  echo "0 passed, 1 failed"
  exit 1
}
gather_files
for name in ${TARGETS:-arm64 s390x i386}; do
  echo "-- $name --"
  if build_target "$name"; then
    test_target "$name"
    compare_target "$name"
  else
    fail "the build for $name failed"
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
