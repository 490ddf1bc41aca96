#!/usr/bin/env bash
# Builds Tessera with Parquet in a Debian testing of its own, as Debian 12 has no Arrow, and runs the tests of Parquet there.
#
#   cluster/parquet-chroot.sh FOLDER        FOLDER is made, or used again; it takes 2 GB. The tree is tested as it stands, committed or not
#
# Needs root and debootstrap. What is built there runs there alone: its C library is newer than Debian 12's. DEBIAN_MIRROR names another mirror.
set -euo pipefail

[ $# -eq 1 ] || { echo "usage: cluster/parquet-chroot.sh FOLDER" >&2; exit 64; }
[ "$(id -u)" -eq 0 ] || { echo "cluster/parquet-chroot.sh must be root to enter a chroot" >&2; exit 77; }
command -v debootstrap >/dev/null || { echo "cluster/parquet-chroot.sh needs debootstrap: apt-get install debootstrap" >&2; exit 69; }

project=$(cd "$(dirname "$0")/.." && pwd)
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
mkdir -p "$1"
root=$(cd "$1" && pwd)/root

say() { echo "parquet-chroot: $*"; }
inside() { chroot "$root" env -i PATH=/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin HOME=/root DEBIAN_FRONTEND=noninteractive \
  OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 PRTE_ALLOW_RUN_AS_ROOT=1 PRTE_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
  OMP_NUM_THREADS=1 CCACHE_DIR=/ccache "$@"; }

if [ ! -x "$root/usr/bin/apt-get" ] || [ ! -e "$root/complete" ]; then
  say "Debian testing from $mirror"
  rm -rf --one-file-system "$root"
  # Older debootstraps do not know the name of today's testing; the recipe is the same for all since sid.
  debootstrap --variant=minbase testing "$root" "$mirror" /usr/share/debootstrap/scripts/sid
  # A mirror that is some days behind, or a clock that is ahead, is no reason not to test.
  echo 'Acquire::Check-Valid-Until "false";' > "$root/etc/apt/apt.conf.d/99valid-until"
  touch "$root/complete"
fi

mounted=()
leave() { for place in "${mounted[@]}"; do umount -l "$root/$place"; done; }
trap leave EXIT
for place in proc sys dev; do
  mountpoint -q "$root/$place" && continue
  mount --rbind "/$place" "$root/$place"
  mount --make-rslave "$root/$place"
  mounted+=("$place")
done

# Files take the time of now: one that changed while the last run built would else look older than its object. ccache knows the others.
rm -rf "$root/project"
mkdir -p "$root/project"
(cd "$project" && git ls-files -z --cached --others --exclude-standard | tar -c --null --ignore-failed-read -T -) | tar -x --touch -C "$root/project"

inside /project/cluster/install-dependencies.sh --build
inside apt-get -q -o DPkg::Lock::Timeout=600 install -y --no-install-recommends \
  libarrow-dev libparquet-dev libgtest-dev librapidcheck-dev python3 ccache
inside nice cmake -S /project -B /build -G Ninja -DCMAKE_BUILD_TYPE=Release -DTESSERA_PARQUET=on -DTESSERA_BUILD_TESTS=ON \
  -DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_FLAGS=-Wno-error=stringop-overflow # g++ 16 warns within its own <vector>
inside nice ninja -C /build tessera_program test_job ranks_ingest

say "what was built"
inside /build/tessera doctor
inside /build/tests/unit/job/test_job --gtest_filter='Parquet*' --gtest_brief=1
for ranks in 1 2 3; do
  say "ingest at $ranks ranks"
  inside timeout 600 mpirun --oversubscribe --bind-to none -n "$ranks" /build/tests/ranks/ingest/ranks_ingest \
    --gtest_filter='Parquet*:FixedWidth*:Gzip*'
done
say "done"
