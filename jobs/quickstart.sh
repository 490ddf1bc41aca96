#!/usr/bin/env bash
# From a fresh clone to segments: installs what is missing, builds, generates a company and runs the main job on all cores.
#
#   jobs/quickstart.sh [ACCOUNTS]      accounts of the generated company (default 200000)
set -euo pipefail
cd "$(dirname "$0")/.."
accounts=${1:-200000}

cluster/install-dependencies.sh --build
cmake --preset release -DTESSERA_BUILD_TESTS=OFF
cmake --build --preset release
tessera=build/release/tessera

company=jobs/generated/company-$accounts
[ -e "$company/truth.csv" ] || "$tessera" generate --accounts "$accounts" --to "$company"

# One rank a core, each with one thread. mpirun refuses root unless told twice that this is meant.
if [ "$(id -u)" -eq 0 ]; then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
cores=$(env -u OMP_NUM_THREADS nproc)  # nproc would obey OMP_NUM_THREADS
export TESSERA_COMPANY="$PWD/$company" OMP_NUM_THREADS=1
mpirun --oversubscribe --bind-to none -n "$cores" "$tessera" run jobs/company.toml

echo
echo "The result is jobs/results/company/latest.h5. Look closer with:"
echo "  $tessera show jobs/results/company/latest.h5 S-0001"
