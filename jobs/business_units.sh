#!/usr/bin/env bash
# Submits the nights of many business units to Slurm as one job array, four at a time. Prints its number.
#
#   jobs/business_units.sh UNITS [OPTIONS of sbatch]      UNITS: a file with the path of a job file a line
#
# TESSERA, TESSERA_NIGHT, TESSERA_LOGS and a file of them, UNITS.env, as for nightly.sh; TESSERA_AT_A_TIME: how many at a time (default 4).
set -euo pipefail
what=$(realpath -e "${1:?usage: jobs/business_units.sh UNITS [OPTIONS of sbatch]}")
shift
# shellcheck source=../cluster/slurm/submitting.sh
. "$(dirname "$(realpath "$0")")/../cluster/slurm/submitting.sh"

count=$(wc -l <"$what")
if [ "$count" -eq 0 ] || grep -qE '^\s*(#|$)' "$what"; then
  echo "$what: every line is the path of a job file, and ends in a newline; there is none, a blank one or a comment" >&2
  exit 64
fi
log=$(log_as tessera-unit-%A-%a.log)
array=$(sbatch --parsable --array="1-$count%${TESSERA_AT_A_TIME:-4}" ${log:+"$log"} "${for_run[@]}" "$slurm/segment.sbatch" "$what")
echo "night of $TESSERA_NIGHT: $count business units in the job array ${array%%;*}"
