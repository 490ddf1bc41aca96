#!/usr/bin/env bash
# One attempt of a night within a Slurm job: runs it, passes signals on, judges what came of it, tells that in the job's log,
# and has Slurm start the job again where that helps. nightly.sbatch and segment.sbatch end in it.
#
#   attempt.sh JOB.toml [OPTIONS of tessera run]
#
# TESSERA              the program (default: tessera, from the PATH)
# TESSERA_NIGHT        the night's date, yyyy-mm-dd (default: the day, by UTC, of the first attempt, as the log has it)
# TESSERA_LAUNCHER     srun (default) or mpirun
# TESSERA_RESTARTS     how often the job may be started again (default 10)
# TESSERA_UNEXPLAINED  how often of these after an end that neither Tessera nor Slurm explains (default 3)
# TESSERA_LINGER       how many seconds the ranks may take to end once the night is published (default 60)
# TESSERA_STALL        for how many seconds the ranks may be at the same place, by what they say in the log (default 3600; 0: for ever)
# TESSERA_SUBMIT, TESSERA_SUBMIT_OPTIONS  what goes before and behind the job where people submit it again; jobs/nightly.sh sets them
set -uo pipefail

tessera=${TESSERA:-tessera}
most_restarts=${TESSERA_RESTARTS:-10}
most_unexplained=${TESSERA_UNEXPLAINED:-3}
restarts=${SLURM_RESTART_COUNT:-0}
folder=$(dirname "$0")
id=${SLURM_JOB_ID:?attempt.sh runs within a Slurm job: sbatch nightly.sbatch JOB.toml}

name=${SLURM_ARRAY_JOB_ID:+${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID}  # as squeue has it
name=${name:-$id}

# To where Slurm writes as well: the log is looked into for both.
say() { printf '== %(%F %T)T job %s: %s\n' -1 "$name" "$*" >&2; }

many() { [ "$1" -eq 1 ] && echo "1 $2" || echo "$1 $2s"; }

# Slurm writes why it ends a job ("CANCELLED AT ... DUE TO TIME LIMIT") into the log, and tells it nowhere else to the job.
log=$(readlink "/proc/$$/fd/2")
log_start=$(stat -Lc %s "$log" 2>/dev/null || echo 0)
# grep reads to the end: were it to leave at the first match, tail would be killed by SIGPIPE, and that be the answer.
log_says() { [ -f "$log" ] && tail -c "+$((log_start + 1))" "$log" | grep -E "$1" >/dev/null; }

# The command that has this night done, on another day as well.
tell_command() {
  local submit=${TESSERA_SUBMIT:-"sbatch OPTIONS $(printf %q "$folder/nightly.sbatch")"}
  say "to submit this night again: TESSERA_NIGHT=$night $submit $(printf %q "$job_file")${TESSERA_SUBMIT_OPTIONS:+ }${TESSERA_SUBMIT_OPTIONS:-}"
}

give_up() {  # code, words
  local code=$1
  shift
  say "$*"
  say "NOT DONE (exit code $code). The results of the last good night are as they were."
  tell_command
  exit "$code"
}

# Not 75, as a site that requeues that (RequeueExit=75) would do so for ever.
kGaveUp=69

requeue() {  # words
  if [ "$restarts" -ge "$most_restarts" ]; then
    give_up "$kGaveUp" "$* This was attempt $((restarts + 1)), the last that TESSERA_RESTARTS=$most_restarts allows. Look above for" \
      "what ends it every time. Submitted again, it goes on where it stopped."
  fi
  trap '' TERM USR1  # requeueing ends this job, and with it this shell
  say "$* Attempt $((restarts + 2)) goes on from the checkpoint, or from the sources where there is none yet."
  if scontrol requeue "$id"; then
    say "STARTS AGAIN. Slurm holds requeued jobs back for a while, two minutes unless the site says otherwise."
  else
    say "NOT DONE (exit code 75). This site lets no job requeue itself: submit it again, and it goes on where it stopped;" \
      "or have RequeueExit=75 set in slurm.conf."
    tell_command
  fi
}

start_again() {
  requeue "$@"
  exit 75
}

# An end that nobody explains may be a lost node, which the next attempt is spared; what ends a night time and again is not.
start_again_unexplained() {  # code where it has been too often, words
  local code=$1 ends=$((restarts + 1))
  shift
  [ ! -f "$log" ] || ends=$(($(grep -c "^== .* job $name: UNEXPLAINED" "$log") + 1))
  if [ "$ends" -gt "$most_unexplained" ]; then
    give_up "$code" "UNEXPLAINED, for the ${ends}th time; TESSERA_UNEXPLAINED=$most_unexplained allows no more attempts: $*"
  fi
  start_again "UNEXPLAINED: $*"
}

# Signals. USR1 comes ahead of the time limit (--signal=B:USR1@...), at preemption where the site is set so, and from people;
# it reaches this shell alone. TERM means that Slurm is ending the job, that under srun the ranks have got it as well, and that
# this shell has KillWait (30 seconds) to live: what is to be told and done is told and done before the ranks have ended.
launched=
asked=
interrupted=
ended_by_slurm=
pass_on() {
  interrupted=yes
  [ -z "$launched" ] || kill -USR1 "$launched" 2>/dev/null
}
who_asks() {
  local facts end
  facts=$(scontrol --oneliner show job "$id" 2>/dev/null)
  end=$(sed -n 's/.* EndTime=\([0-9T:-]*\) .*/\1/p' <<<"$facts")
  if grep -qE ' PreemptTime=[0-9]' <<<"$facts"; then
    echo "another job comes first (preemption)"
  elif [ -n "$end" ] && [ $(($(date -d "$end" +%s) - $(date +%s))) -le 240 ]; then
    echo "the time limit is near, at ${end#*T}"
  else
    echo "by scancel --signal=USR1 or the like"
  fi
}
asked_to_stop() {
  asked=yes
  pass_on
  say "USR1: asked to stop, $(who_asks); the ranks write a checkpoint and end"
}
ended() {
  [ -z "$ended_by_slurm" ] || return
  ended_by_slurm=yes
  pass_on
  if log_says 'DUE TO TIME LIMIT'; then
    requeue "The time limit was reached. Give --time more, or --signal=B:USR1@ more seconds."
  elif log_says 'DUE TO NODE FAILURE'; then
    say "A node was lost. STARTS AGAIN: Slurm requeues the job by itself, without that node; sinfo -R tells of it."
  elif log_says 'DUE TO (PREEMPTION|JOB REQUEUE)'; then
    say "Another job came first, or somebody requeued this one. STARTS AGAIN: Slurm requeues it by itself."
  else
    say "NOT DONE: cancelled, and not started again. Submitted again, it goes on from its last checkpoint."
    tell_command
  fi
}
trap asked_to_stop USR1
trap ended TERM

# What each exit code means, and what to do. cluster/README.md has the table.
judge() {  # code of the launcher
  if log_says '[Oo][Oo][Mm][-_ ][Kk]ill|[Oo]ut [Oo]f [Mm]emory'; then
    give_up 137 "OUT OF MEMORY: a rank took more than --mem allows${SLURM_MEM_PER_NODE:+ ($SLURM_MEM_PER_NODE MB a node)} and was" \
      "killed. \"$tessera plan $job_file\" says what the night takes; ask for that, or for more nodes."
  fi
  if log_says 'execve\(\): .*: (No such file|Permission denied)|unable to launch the specified application'; then
    give_up 127 "The program $tessera is not on every node, or cannot be started there. Set TESSERA to a path that all nodes see."
  fi
  if log_says "find the specified plugin name for mpi/pmix"; then
    give_up "$1" "This Slurm knows no pmix, which srun starts the ranks by (srun --mpi=list): set TESSERA_LAUNCHER=mpirun."
  fi
  if [ "$1" = 74 ] && log_says 'is being written by|was taken for dead'; then
    give_up 74 "Another attempt is at work on this night: the message above names it. Look how that one ends (squeue, its log);" \
      "submit again if it comes to nothing."
  fi
  # What these say stands in src/evolve: previous_trouble.cpp and previous_file.cpp; src/previous_check.cpp.
  if [[ $1 = 6[56] ]] && log_says "last night's results, by \[previous\]|\[review\] baseline: "; then
    give_up "$1" "Results of an earlier night, on which this one hangs, cannot be used: the message above names the file and says what" \
      "to do. Nothing is said against the feeds."
  fi
  if [ "$1" = 66 ] && log_says "segments would get ids that others have had"; then
    give_up 66 "Nights were published, and what leads to the last of them is gone: the message above says what to put back. Nothing is" \
      "said against the feeds."
  fi
  if log_says "job $name: STALLED: "; then
    start_again_unexplained "$kGaveUp" "The ranks stood still, as STALLED above says: a node was off and on again, or the network or a" \
      "file system away for a while."
  fi
  case $1 in
    64) give_up 64 "The command line is wrong: see the message above; the words after nightly.sbatch JOB go to tessera run." ;;
    65) give_up 65 "What was read cannot be used, or too much of it had to be set aside: the message above names file and line." \
      "Mend the feed." ;;
    66) give_up 66 "A source is missing or cannot be read: the message above names it. Has the export been delivered, and do all" \
      "nodes see it?" ;;
    69) give_up 69 "A node lacks what the program needs: the message above says what. Ask for other nodes (--constraint, --partition)." ;;
    70) give_up 70 "A bug of Tessera's: its counts do not reconcile. Keep this log, the job file and the sources, and report it." ;;
    74) give_up 74 "The results cannot be written: disk full, no permission, or the file read back differs. Make room where the" \
      "message above says." ;;
    75) start_again "Stopped on request, after a checkpoint." ;;
    78) give_up 78 "The job file has mistakes, each with its line above. Mend them." ;;
    79) give_up 79 "HELD by the gate for the reasons above: nothing was published, and jobs that wait for this one (afterok) do not" \
      "start. Look at it: $tessera show $(held). Publish it: $tessera release $(held) --by NAME --because TEXT. Or mend the feeds." ;;
    126 | 127) give_up 127 "The program $tessera is not on this node, cannot be run, or a library of it is missing (code $1). Set" \
      "TESSERA to a path that all nodes see." ;;
    132 | 134 | 135 | 136 | 139) give_up "$1" "A rank crashed (signal $(($1 - 128))): a bug of Tessera's or of a library, or a node" \
      "whose CPU lacks what the program was built for. Keep this log and report it; another try is worth it once." ;;
    137) start_again_unexplained 137 "A rank was killed (137), and Slurm does not say why. A node without memory left does that:" \
      "\"$tessera plan $job_file\" says what the night takes; ask for it with --mem, or for more nodes." ;;
    129 | 13[0-9] | 14[0-9] | 15[0-9]) start_again_unexplained "$kGaveUp" "A rank was ended by signal $(($1 - 128)) before it could" \
      "stop in order." ;;
    *) start_again_unexplained "$kGaveUp" "The ranks ended with code $1, which is none of Tessera's: a node was lost, or the" \
      "launcher failed." ;;
  esac
}
held() { printf %q "${results%.h5}.held.h5"; }

job_file=${1:?usage: attempt.sh JOB.toml [OPTIONS of tessera run]}
shift
night=${TESSERA_NIGHT:-}
if [ -z "$night" ] && [ -f "$log" ]; then  # an attempt after midnight is of the same night
  night=$(sed -n "s/^== .* job $name: attempt 1 of the night of \([0-9-]*\): .*/\1/p" "$log" | tail -1)
fi
night=${night:-$(date -u +%F)}
told_its_end() { awk '/^== .* attempt [0-9]+ of the night of /{told = 0} /STARTS AGAIN/{told = 1} END {exit !told}' "$log"; }
if [ "$restarts" -gt 0 ] && [ -f "$log" ] && ! told_its_end; then
  say "The attempt before ended without a word: the node of its batch script was lost, or that script was killed; sinfo -R tells of" \
    "nodes. Slurm starts the job again."
fi
say "attempt $((restarts + 1)) of the night of $night: $job_file on ${SLURM_JOB_NODELIST:-this node}," \
  "$(many "${SLURM_NTASKS:-1}" rank) × $(many "${SLURM_CPUS_PER_TASK:-1}" CPU)"

[ -r "$job_file" ] || give_up 66 "The job file $job_file is not there, or this node cannot read it."

# Where the results will go. A job that has mistakes cannot say; then the run itself fails by them, tells them and leaves its record.
results=$("$tessera" run "$job_file" --night "$night" --where "$@" 2>/dev/null)
code=$?
if [ -n "$ended_by_slurm" ]; then exit 75; fi  # it has been told
if [ -n "$asked" ]; then start_again "Asked to stop before the ranks had started."; fi
case $code in
  126 | 127)
    "$tessera" --version >/dev/null  # says why
    judge 127 ;;
esac
manifest=${results%.h5}.json
print_of_manifest() { stat -c '%i %s %Z' "$manifest" 2>/dev/null; }
manifest_before=$(print_of_manifest)

case ${TESSERA_LAUNCHER:-srun} in
  srun) launcher=(srun --mpi=pmix --kill-on-bad-exit=1 --cpus-per-task="${SLURM_CPUS_PER_TASK:-1}") ;;
  mpirun) launcher=(mpirun --bind-to none) ;;
  *) give_up 64 "TESSERA_LAUNCHER is \"$TESSERA_LAUNCHER\"; expected srun or mpirun." ;;
esac
is_new() { [ -s "$manifest" ] && [ "$(print_of_manifest)" != "$manifest_before" ]; }

# A node that is off and on again before Slurm misses it, or a cable that is out for a while, may leave ranks waiting for others that
# are gone: for ever. Before the end they then go on saying the same place every minute; at the end, in MPI's last step, nothing.
# Where none is said, as the log is no file or has not their lines, nobody can tell, and they are left alone.
place() {
  [ ! -f "$log" ] || tail -c "+$((log_start + 1))" "$log" | sed -nE 's/^.* info: (stage [a-z]+)(: .* so far)?/\1/p' | tail -n 1
}
end_ranks() {
  kill "$launched" 2>/dev/null || return
  sleep 20
  kill -KILL "$launched" 2>/dev/null
}
end_what_stands() {
  local linger_s=${TESSERA_LINGER:-60} stall_s=${TESSERA_STALL:-3600} last= since=$SECONDS now
  local look_s=$((linger_s < 5 ? linger_s : 5))
  until is_new; do
    sleep "$look_s"
    kill -0 "$launched" 2>/dev/null || return
    now=$(place)
    if [ "$now" != "$last" ]; then
      last=$now since=$SECONDS
    elif [ -n "$last" ] && [ "$stall_s" -gt 0 ] && [ $((SECONDS - since)) -ge "$stall_s" ]; then
      say "STALLED: $last for $((SECONDS - since)) s: the ranks wait for one that is gone, or for a file system. They are ended."
      end_ranks
      return
    fi
  done
  sleep "$linger_s"
  kill -0 "$launched" 2>/dev/null || return
  say "the night is complete, but its ranks do not end: a node was lost. They are ended."
  end_ranks
}
run_ranks() {
  "${launcher[@]}" "$tessera" run "$job_file" --night "$night" "$@" &
  launched=$!
  end_what_stands &
  local watcher=$!
  [ -z "$asked" ] || pass_on  # it came a moment too early
  while :; do  # a signal interrupts wait, whose code is then not the launcher's
    interrupted=
    wait "$launched"
    code=$?
    [ -n "$interrupted" ] || break
  done
  kill "$watcher" 2>/dev/null
}

# Where there is no checkpoint of this night, --resume starts from the sources. One that does not fit (a feed was delivered again,
# the job was edited, the program is another) would be refused for ever, and nobody is there to say what to do.
run_ranks --resume "$@"
if [ "$code" -ne 0 ] && [ -z "$ended_by_slurm" ] && log_says '[Ss]tart without --resume'; then
  say "The checkpoint was refused for the reason above: starting from the sources."
  run_ranks "$@"
fi

# The manifest is the last thing that a night writes, and a launcher's code is not always the ranks': srun may end with 0 after
# a node was lost, or with 1 after the ranks had done all.
if is_new || { [ -s "$manifest" ] && [ "$code" -eq 0 ]; }; then
  [ "$code" -eq 0 ] || say "the launcher ended with code $code, but the night is complete: its manifest is written last"
  say "DONE: $results"
  exit 0
fi
if [ -n "$ended_by_slurm" ]; then exit 75; fi  # it has been told
if [ "$code" -eq 0 ]; then code="0 without a manifest"; fi
judge "$code"
