#!/usr/bin/env bash
# Prints where the results of a night go, as the program itself says it; checks the job and the heads of its sources on the way,
# and ends with the program's exit code.
#
#   results_path.sh JOB.toml NIGHT [OPTIONS of tessera run]
set -uo pipefail
job_file=${1:?usage: results_path.sh JOB.toml NIGHT [OPTIONS of tessera run]}
night=${2:?usage: results_path.sh JOB.toml NIGHT [OPTIONS of tessera run]}
shift 2
"${TESSERA:-tessera}" run "$job_file" --night "$night" --dry-run "$@" | sed -n 's/^On .* to \(.*\)$/\1/p'
