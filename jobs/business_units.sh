#!/usr/bin/env bash
# Submits the nights of many business units to Slurm as one job array, four at a time. Prints its number.
#
#   jobs/business_units.sh UNITS [OPTIONS of sbatch]      UNITS: a file with the path of a job file a line
#
# TESSERA, TESSERA_NIGHT as for nightly.sh; TESSERA_AT_A_TIME: how many at a time (default 4).
set -euo pipefail
slurm=$(cd "$(dirname "$0")/../cluster/slurm" && pwd)
units=$(realpath -e "${1:?usage: jobs/business_units.sh UNITS [OPTIONS of sbatch]}")
shift
built=$(realpath -m "$slurm/../../build/release/tessera")
if [ -z "${TESSERA:-}" ] && [ -x "$built" ]; then TESSERA=$built; fi
export TESSERA=${TESSERA:-tessera} TESSERA_NIGHT=${TESSERA_NIGHT:-$(date -u +%F)} TESSERA_SLURM=$slurm

count=$(wc -l <"$units")
if [ "$count" -eq 0 ] || grep -qE '^\s*(#|$)' "$units"; then
  echo "$units: every line is the path of a job file, and ends in a newline; there is none, a blank one or a comment" >&2
  exit 64
fi
array=$(sbatch --parsable --array="1-$count%${TESSERA_AT_A_TIME:-4}" "$@" "$slurm/segment.sbatch" "$units")
echo "night of $TESSERA_NIGHT: $count business units in the job array ${array%%;*}"
