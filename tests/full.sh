#!/usr/bin/env bash
# Everything: what CI runs, then the whole digest matrix, the large accuracy tests, tidy on every file, all sanitized rank counts.
# About an hour on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
tests/run.sh
tests/lint.sh --all
ctest --preset release --no-tests=error --label-regex '^full$'
ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 ctest --preset asan --no-tests=error --label-regex '^ranks'
