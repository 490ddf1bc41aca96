#!/usr/bin/env bash
# Submits a night to Slurm: the run, then the comparison with the night before, then the summary; the last two only if the run
# was published. Prints the numbers of the three jobs.
#
#   jobs/nightly.sh JOB.toml [OPTIONS of sbatch for the run]      for example --nodes=4 --mem=20G, as `tessera plan` prints them
#
# Partition, account, QOS, reservation and cluster are those of all three jobs.
#
# TESSERA        the program (default: the one that was built or installed with this script, or else tessera from the PATH)
# TESSERA_NIGHT  the night's date (default: today, UTC)
# TESSERA_LOGS   the folder of the jobs' logs (default: the one that this is called in)
#
# They, and what ${VAR} in the job's paths stands for, may stand in JOB.env beside JOB.toml, a line a variable.
set -euo pipefail
what=$(realpath -e "${1:?usage: jobs/nightly.sh JOB.toml [OPTIONS of sbatch for the run]}")
shift
# shellcheck source=../cluster/slurm/submitting.sh
. "$(dirname "$(realpath "$0")")/../cluster/slurm/submitting.sh"

submit() {  # name of the log, script, options...
  local log script=$2
  log=$(log_as "$1-%j.log")
  shift 2
  sbatch --parsable ${log:+"$log"} "$@" "$slurm/$script" "$what"
}
run=$(submit tessera-nightly nightly.sbatch "${for_run[@]}")
run=${run%%;*}  # sites of several clusters add ;CLUSTER
# Without --kill-on-invalid-dep they would wait for ever for a run that failed.
after=("${for_each[@]}" --kill-on-invalid-dep=yes)
compare=$(submit tessera-compare compare.sbatch "${after[@]}" --dependency="afterok:$run")
report=$(submit tessera-report report.sbatch "${after[@]}" --dependency="afterok:$run,afterany:${compare%%;*}")
echo "night of $TESSERA_NIGHT: run $run, compare ${compare%%;*}, report ${report%%;*}"
