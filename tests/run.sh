#!/usr/bin/env bash
# What CI runs: installs what is missing, builds, and tests. See tests/README.md for what is in it and what is not.
set -euo pipefail
cd "$(dirname "$0")/.."
export CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL:-$(env -u OMP_NUM_THREADS nproc)}
# Two tests at a time and no more: many of them start several ranks.
export CTEST_PARALLEL_LEVEL=${CTEST_PARALLEL_LEVEL:-2}

step() { printf '\n== %s (%s s)\n' "$1" "$SECONDS"; }

step "Dependencies"
cluster/install-dependencies.sh

step "Release build"
cmake --preset release -DTESSERA_BUILD_TESTS=ON  # jobs/quickstart.sh may have been here before, and builds none
cmake --build --preset release

step "Format and tidy of what changed"
tests/lint.sh --changed

step "Unit, rank and end-to-end tests; the digest matrix on two small jobs"
ctest --preset release --no-tests=error --label-exclude full

step "Address and undefined-behaviour sanitizers: unit tests and 3 ranks"
cmake --preset asan
cmake --build --preset asan --target tessera_tests
ctest --preset asan --no-tests=error --label-regex '^unit$'
# Under mpirun the leaks that are found are OpenMPI's own. HDF5 asks for as much memory as a damaged file says, and takes no
# for an answer, as the tests of damaged files need.
ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 ctest --preset asan --no-tests=error --label-regex '^ranks3$'

step "Done"
