#!/usr/bin/env bash
# Configures a build folder if it is new or was configured otherwise, and builds in it with
# warnings as errors. Says little unless it fails.
#
#   CC=gcc tests/build.sh FOLDER [-DOPTION=VALUE]...
#
# BUILD_ONLY has what to build, as ninja calls it, where that is not everything.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 3

folder=$1
shift
options=(--werror "$@")
asked="${CC:-cc} ${options[*]}"
mkdir -p "$folder"
echo "building $folder with ${CC:-cc} ${*:-}"

if [ ! -f "$folder/build.ninja" ] || [ "$(cat "$folder/asked.txt" 2>/dev/null)" != "$asked" ]; then
  rm -rf "$folder"
  mkdir -p "$folder"
  meson setup "$folder" "${options[@]}" >"$folder/setup.txt" 2>&1 || {
    tail -n 20 "$folder/setup.txt"
    exit 1
  }
  echo "$asked" >"$folder/asked.txt"
fi
# shellcheck disable=SC2086 # several words are wanted
ninja -C "$folder" ${BUILD_ONLY:-} >"$folder/build.txt" 2>&1 || {
  grep -v '^\[' "$folder/build.txt" | head -n 60
  exit 1
}
