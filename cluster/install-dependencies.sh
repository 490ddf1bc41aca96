#!/usr/bin/env bash
# Installs what Tessera needs on Debian 12 or Ubuntu 24.04, by apt. Says what is missing and what it installs, asks nothing,
# and does nothing where nothing is missing.
#
#   cluster/install-dependencies.sh             what building, running and testing take
#   cluster/install-dependencies.sh --build     what building and running take
set -euo pipefail

build=(
  g++ cmake ninja-build pkg-config
  openmpi-bin libopenmpi-dev libhdf5-openmpi-dev libtbb-dev libboost-program-options-dev
  libhwy-dev libtomlplusplus-dev nlohmann-json3-dev libfmt-dev libspdlog-dev libxxhash-dev libsodium-dev zlib1g-dev
)
tests=(git libgtest-dev librapidcheck-dev python3-h5py python3-numpy hdf5-tools clang-format clang-tidy
  slurm-wlm slurmctld slurmd munge iproute2)  # a cluster on one machine: cluster/testbed

case "${1:-}" in
  "") wanted=("${build[@]}" "${tests[@]}") ;;
  --build) wanted=("${build[@]}") ;;
  *) echo "usage: cluster/install-dependencies.sh [--build]" >&2; exit 64 ;;
esac

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  echo "This script knows apt alone. On another system install: ${wanted[*]}" >&2
  exit 69
fi

missing=()
for package in "${wanted[@]}"; do
  status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "Dependencies: all ${#wanted[@]} packages are there."
  exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "Not root and no sudo: ask an administrator to install ${missing[*]}" >&2; exit 77; }
  as_root=(sudo)
fi
echo "Dependencies: installing ${missing[*]}"
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600)
"${apt[@]}" update
"${apt[@]}" install -y --no-install-recommends "${missing[@]}"
