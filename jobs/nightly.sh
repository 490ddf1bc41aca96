#!/usr/bin/env bash
# Submits a night to Slurm: the run, then the comparison with the night before, then the summary; the last two only if the run
# was published. Prints the numbers of the three jobs.
#
#   jobs/nightly.sh JOB.toml [OPTIONS of sbatch for the run]      for example --nodes=4 --mem=20G, as `tessera plan` prints them
#
# TESSERA        the program (default: build/release/tessera of this folder, or else tessera from the PATH)
# TESSERA_NIGHT  the night's date (default: today, UTC)
set -euo pipefail
slurm=$(cd "$(dirname "$0")/../cluster/slurm" && pwd)
job_file=$(realpath -e "${1:?usage: jobs/nightly.sh JOB.toml [OPTIONS of sbatch for the run]}")
shift
built=$(realpath -m "$slurm/../../build/release/tessera")
if [ -z "${TESSERA:-}" ] && [ -x "$built" ]; then TESSERA=$built; fi
export TESSERA=${TESSERA:-tessera} TESSERA_NIGHT=${TESSERA_NIGHT:-$(date -u +%F)} TESSERA_SLURM=$slurm

run=$(sbatch --parsable "$@" "$slurm/nightly.sbatch" "$job_file")
run=${run%%;*}  # sites of several clusters add ;CLUSTER
# Without --kill-on-invalid-dep they would wait for ever for a run that failed.
compare=$(sbatch --parsable --kill-on-invalid-dep=yes --dependency="afterok:$run" "$slurm/compare.sbatch" "$job_file")
report=$(sbatch --parsable --kill-on-invalid-dep=yes --dependency="afterok:$run,afterany:${compare%%;*}" \
  "$slurm/report.sbatch" "$job_file")
echo "night of $TESSERA_NIGHT: run $run, compare ${compare%%;*}, report ${report%%;*}"
