# What jobs/nightly.sh and jobs/business_units.sh have in common; sourced by them with the options of sbatch as arguments, and
# `what` set to the job file, or that of the units.
#
# FILE.env beside it, a line a variable, is for what a crontab has no environment for: ${VAR} in the paths of the job, TESSERA_LOGS.
# The jobs get it with all of the environment. A night that was asked for goes before one that is said there.
#
# Sets: slurm, the folder of the scripts; for_each, the options that each job of a chain needs, wherever it runs and whoever
# pays; for_run, all options of the run. Exports what the jobs go by.
# shellcheck shell=bash
asked_for=${TESSERA_NIGHT:-}
# shellcheck disable=SC2154 disable=SC1090
if [ -f "${what%.*}.env" ]; then
  set -a
  . "${what%.*}.env"
  set +a
fi
TESSERA_NIGHT=${asked_for:-${TESSERA_NIGHT:-$(date -u +%F)}}

slurm=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [ -z "${TESSERA:-}" ]; then
  TESSERA=tessera
  for program in "$slurm/../../build/release/tessera" "$slurm/../../../../bin/tessera"; do  # a source tree; an installed one
    if [ -x "$program" ]; then TESSERA=$(realpath "$program"); break; fi
  done
fi
export TESSERA TESSERA_NIGHT TESSERA_SLURM=$slurm
export TESSERA_SUBMIT TESSERA_SUBMIT_OPTIONS  # for the line that tells how to submit a night again
TESSERA_SUBMIT=$(printf %q "$(cd "$slurm/../../jobs" && pwd)/nightly.sh")
TESSERA_SUBMIT_OPTIONS=$([ $# -eq 0 ] || printf '%q ' "$@")
TESSERA_SUBMIT_OPTIONS=${TESSERA_SUBMIT_OPTIONS% }

# shellcheck disable=SC2034
for_run=("$@") for_each=()
while [ $# -gt 0 ]; do
  case $1 in
    --partition | --account | --qos | --reservation | --clusters | -[pAqM])
      for_each+=("$1" "${2:?"$1 of sbatch takes a value"}")
      shift ;;
    --partition=* | --account=* | --qos=* | --reservation=* | --clusters=* | -[pAqM]?*) for_each+=("$1") ;;
  esac
  shift
done
# Logs: in the folder that TESSERA_LOGS names, or where people submit from.
log_as() { [ -z "${TESSERA_LOGS:-}" ] || printf -- '--output=%s/%s' "$TESSERA_LOGS" "$1"; }
[ -z "${TESSERA_LOGS:-}" ] || mkdir -p "$TESSERA_LOGS"
