#!/usr/bin/env bash
# Makes a folder with Debian's C library and the libraries that we link, for another architecture:
# what a cross-compiler takes as its --sysroot and an emulator as its root. Packages are fetched by an
# apt of its own and unpacked, nothing of them is installed: this machine's packages need neither be
# of the same version nor know of the other architecture.
#
#   tests/target_root.sh ARCHITECTURE FOLDER      ARCHITECTURE as Debian calls it: s390x
set -euo pipefail

architecture=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
packages=(libc6-dev libjansson-dev libgmp-dev libsodium-dev libqrencode-dev libcurl4-openssl-dev
  libevent-dev libpq-dev libcmocka-dev)

[ "$(cat "$folder/made.txt" 2>/dev/null)" != "${packages[*]}" ] || exit 0
echo "fetching Debian's libraries for $architecture"
rm -rf "$folder/root" "$folder/made.txt"
mkdir -p "$folder"/{root,state/lists/partial,cache/archives/partial}
: >"$folder/status" # nothing is installed, so everything that is needed is fetched
cat >"$folder/apt.conf" <<END
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
APT::Install-Recommends "false";
APT::Sandbox::User "$(id -un)";
Dir::State "$folder/state";
Dir::State::status "$folder/status";
Dir::Cache "$folder/cache";
END
export APT_CONFIG=$folder/apt.conf
if ! {
  # A source of other packages that has nothing for the architecture does not matter.
  apt-get update || true
  apt-get install --yes --download-only "${packages[@]}"
} </dev/null >"$folder/apt.txt" 2>&1; then
  tail -n 20 "$folder/apt.txt" >&2
  exit 1
fi
for package in "$folder"/cache/archives/*.deb; do
  dpkg-deb --extract "$package" "$folder/root"
done
rm -rf "$folder/cache" "$folder/state"
# What points to a place of the target must stay within its folder.
find "$folder/root" -type l -lname '/*' | while read -r link; do
  ln -sfn "$folder/root$(readlink "$link")" "$link"
done
echo "${packages[*]}" >"$folder/made.txt"
