"""What cluster/slurm/attempt.sh makes of each end that a night can have: the exit code, the sentence in the log, and whether
Slurm is asked to start the job again. Slurm's commands and tessera are stand-ins of a few lines: this needs no cluster.
"""

import datetime
import os
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))
import night  # noqa: E402

ATTEMPT = night.PROJECT / "cluster/slurm/attempt.sh"

STAND_INS = {
    # Runs the command after its options, as srun does on a node, and passes USR1 on.
    "srun": """#!/bin/bash
while [[ $1 == -* || $1 == none ]]; do shift; done
"$@" & ranks=$!
trap 'kill -USR1 $ranks' USR1
trap 'kill $ranks; exit 143' TERM
wait $ranks; code=$?; [ $code -lt 128 ] || { wait $ranks; code=$?; }
exit ${LAUNCHER_CODE:-$code}
""",
    "scontrol": """#!/bin/bash
echo "$@" >> asked
[[ " $* " != *" show "* ]] || echo "JobId=7 $SHOWS Requeue=1"
exit ${SCONTROL_CODE:-0}
""",
    "tessera": """#!/bin/bash
if [[ " $* " == *" --where "* ]]; then
  [ -z "$SLOW" ] || { touch asked_where; sleep 1; }
  [ -z "$WHERE_CODE" ] || { echo "tessera: job.toml: a mistake" >&2; exit $WHERE_CODE; }
  echo "$PWD/nights to go/2026-01-31.h5"
  exit 0
fi
echo "$@" > arguments
[ -z "$SAYS" ] || echo "$SAYS" >&2
[ -z "$WAITS" ] || { trap 'exit 75' USR1; sleep 20 & wait; }
[[ -n "$REFUSES" && " $* " == *" --resume "* ]] && { echo "tessera: changed. Start without --resume" >&2; exit 65; }
[ -z "$PUBLISHES" ] || echo '{"digest": "0"}' > "nights to go/2026-01-31.json"
[ -z "$LINGERS" ] || exec sleep 20
for place in $PLACES; do [ -n "$SILENT" ] || echo "20:55:17 info: stage kmeans: $((++minutes)) min so far, start $place" >&2; sleep 0.7; done
exit ${CODE:-0}
""",
}


STAND_INS["mpirun"] = STAND_INS["srun"]


class Attempt:
    def __init__(self, folder, published_before=False, log_before="", job="job.toml", **behaviour):
        self.folder = pathlib.Path(folder)
        self.manifest = self.folder / "nights to go/2026-01-31.json"
        self.manifest.parent.mkdir(exist_ok=True)
        (self.folder / "job.toml").touch()
        for name, text in STAND_INS.items():
            (self.folder / name).write_text(text)
            (self.folder / name).chmod(0o755)
        for name in ("asked",) if log_before else ("asked", "log"):
            (self.folder / name).unlink(missing_ok=True)
        self.manifest.unlink(missing_ok=True)
        if log_before:
            (self.folder / "log").write_text(log_before)
        if published_before:
            self.manifest.write_text("{}")
        environment = {**os.environ, "PATH": f"{self.folder}:{os.environ['PATH']}", "SLURM_JOB_ID": "7",
                       "TESSERA_NIGHT": "2026-01-31", **{name: str(value) for name, value in behaviour.items()}}
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(["bash", ATTEMPT, job, "--set", "a=b c"], cwd=folder, env=environment,
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def ends(self, code, says, again):
        ended = self.process.wait(timeout=30)
        log = (self.folder / "log").read_text()
        asked = (self.folder / "asked").exists() and "requeue 7" in (self.folder / "asked").read_text()
        assert ended == code, f"exit {ended}, not {code}\n{log}"
        assert says in log, f"the log does not say {says!r}\n{log}"
        assert asked == again, f"asked to start again: {asked}\n{log}"
        assert code == 0 or "exit code" in log or "STARTS AGAIN" in log or "cancelled" in log, log


def check_final(folder):
    """Ends that come again however often the job is started."""
    for code, says in ((64, "command line"), (65, "Mend the feed"), (66, "source is missing"),
                       (69, "lacks what the program needs"), (70, "bug"), (74, "Make room"), (78, "job file has mistakes"), (79, "tessera release"),
                       (132, "crashed (signal 4)"), (139, "crashed (signal 11)")):
        Attempt(folder, CODE=code).ends(code, says, again=False)
    Attempt(folder, WHERE_CODE=78, CODE=78).ends(78, "job file has mistakes", again=False)
    assert "--where" not in (folder / "arguments").read_text(), "who cannot say where the results go is to fail as a run, with a record"
    Attempt(folder, TESSERA="/no/such/tessera").ends(127, "/no/such/tessera is not on this node", again=False)
    Attempt(folder, CODE=2, SAYS="slurmstepd: error: execve(): tessera: No such file or directory").ends(
        127, "not on every node", again=False)
    Attempt(folder, TESSERA_LAUNCHER="mpirun", CODE=132, SAYS="mpirun was unable to launch the specified application").ends(
        127, "not on every node", again=False)
    Attempt(folder, CODE=1, SAYS="srun: error: Couldn't find the specified plugin name for mpi/pmix looking at all files").ends(
        1, "TESSERA_LAUNCHER=mpirun", again=False)
    for says in ("Detected 1 oom-kill event(s)", "Detected 1 oom_kill event in StepId=7.0", "task 0: Out Of Memory"):
        Attempt(folder, CODE=1, SAYS=says).ends(137, "OUT OF MEMORY", again=False)
    words = "oom-kill event\n" + "a line of HDF5's\n" * 6000  # more than a pipe holds, after what counts
    Attempt(folder, CODE=1, SAYS=words).ends(137, "OUT OF MEMORY", again=False)
    Attempt(folder, CODE=74, SAYS="tessera: this night is being written by run 1").ends(74, "Another attempt is at work", again=False)
    for code, says, then in ((65, "last night's results, by [previous] path = \"latest.h5\": ... damaged", "Results of an earlier night"),
                             (66, "last night's results, by [previous] path = \"latest.h5\": ... no such file", "Results of an earlier"),
                             (65, "[review] baseline: b.h5: The file is damaged", "Results of an earlier night"),
                             (66, "tonight's segments would get ids that others have had. Put it back", "what to put back")):
        Attempt(folder, CODE=code, SAYS=f"tessera: {says}").ends(code, then, again=False)
        log = (folder / "log").read_text()
        assert "Mend the feed" not in log and "export been delivered" not in log, log
    attempt = Attempt(folder, job="absent.toml")
    attempt.ends(66, "absent.toml is not there", again=False)


def check_again(folder):
    """Ends that need not come again: how often it is tried."""
    Attempt(folder, CODE=75).ends(75, "STARTS AGAIN", again=True)
    for code, says in ((1, "code 1,"), (137, "A rank was killed (137)"), (138, "signal 10"), (143, "signal 15"), (205, "code 205")):
        Attempt(folder, CODE=code).ends(75, says, again=True)
    for code, gives_up_with in ((205, 69), (137, 137)):
        log = ""
        for restarts in range(4):
            Attempt(folder, CODE=code, SLURM_RESTART_COUNT=restarts, log_before=log).ends(
                *((75, "STARTS AGAIN", True) if restarts < 3 else (gives_up_with, "TESSERA_UNEXPLAINED=3", False)))
            log = (folder / "log").read_text()
            (folder / "asked").unlink(missing_ok=True)
    Attempt(folder, CODE=75, SCONTROL_CODE=1).ends(75, "RequeueExit=75", again=True)
    Attempt(folder, CODE=75, SLURM_RESTART_COUNT=10).ends(69, "attempt 11, the last", again=False)


def check_command(folder):
    """What is to be typed to have the same night done, on another day as well."""
    Attempt(folder, CODE=66).ends(66, "TESSERA_NIGHT=2026-01-31 sbatch OPTIONS", again=False)
    Attempt(folder, CODE=66, TESSERA_SUBMIT="/opt/nightly.sh", TESSERA_SUBMIT_OPTIONS="--nodes=2").ends(
        66, " TESSERA_NIGHT=2026-01-31 /opt/nightly.sh job.toml --nodes=2\n", again=False)
    Attempt(folder, CODE=79).ends(79, f"release {folder}/nights\\ to\\ go/2026-01-31.held.h5", again=False)


def check_manifest(folder):
    """The manifest counts for more than the launcher's code."""
    Attempt(folder, PUBLISHES=1).ends(0, "DONE", again=False)
    assert (folder / "arguments").read_text().split("\n")[0] == "run job.toml --night 2026-01-31 --resume --set a=b c"
    began = time.monotonic()
    Attempt(folder, PUBLISHES=1, LINGERS=1, TESSERA_LINGER=1).ends(0, "its ranks do not end", again=False)
    assert time.monotonic() - began < 15, "a night that was published, and whose ranks hang, is done"
    stalls = {"TESSERA_LINGER": 1, "TESSERA_STALL": 3}
    Attempt(folder, PLACES="7 " * 20, **stalls).ends(75, "STALLED: stage kmeans, start 7 for", again=True)
    assert "UNEXPLAINED: The ranks stood still" in (folder / "log").read_text()
    Attempt(folder, PLACES="1 2 3 4 5 6 7 8", PUBLISHES="", CODE=75, **stalls).ends(75, "Stopped on request", again=True)
    assert "STALLED" not in (folder / "log").read_text(), "they went on"
    Attempt(folder, PLACES="7 7 7 7 7 7 7 7", SILENT=1, CODE=75, **stalls).ends(75, "Stopped on request", again=True)
    assert "STALLED" not in (folder / "log").read_text(), "nobody can tell"
    Attempt(folder, PUBLISHES=1, REFUSES=1).ends(0, "The checkpoint was refused", again=False)
    assert (folder / "arguments").read_text().split("\n")[0] == "run job.toml --night 2026-01-31 --set a=b c"
    Attempt(folder, PUBLISHES=1, LAUNCHER_CODE=1).ends(0, "the night is complete", again=False)
    before = "== 2026-01-29 23:59:00 job 7: attempt 1 of the night of 2026-01-29: job.toml on n1\n"
    Attempt(folder, TESSERA_NIGHT="", log_before=before, CODE=74).ends(74, "Make room", again=False)
    assert "--night 2026-01-29" in (folder / "arguments").read_text(), "an attempt after midnight is of another night"
    for end, tells in (("STARTS AGAIN. Slurm requeues", False), ("USR1: asked to stop", True)):
        again = Attempt(folder, log_before=f"{before}== 2026-01-29 23:59:59 job 7: {end}\n", SLURM_RESTART_COUNT=1, CODE=74)
        again.ends(74, "Make room", again=False)
        assert ("without a word" in (folder / "log").read_text()) == tells, (folder / "log").read_text()
    Attempt(folder, published_before=True).ends(0, "DONE", again=False)
    Attempt(folder, published_before=True, CODE=74).ends(74, "Make room", again=False)
    Attempt(folder).ends(75, "code 0 without a manifest", again=True)


def signalled(folder, number, says, again, **behaviour):
    attempt = Attempt(folder, **behaviour)
    while "running" not in (log := (folder / "log").read_text()) and "CANCELLED" not in log:
        time.sleep(0.02)
    time.sleep(0.1)
    attempt.process.send_signal(number)
    attempt.ends(75, says, again)


def check_signals(folder):
    soon = (datetime.datetime.now() + datetime.timedelta(minutes=2)).isoformat(timespec="seconds")
    for says, slurm_shows in (("(preemption)", "PreemptTime=2026-01-31T01:00:00"), ("the time limit is near", f"EndTime={soon}"),
                              ("by scancel", "EndTime=2099-01-31T01:00:00 PreemptTime=None")):
        signalled(folder, signal.SIGUSR1, says, again=True, WAITS=1, SAYS="running", SHOWS=slurm_shows)
    for says, what_slurm_says, again in (("cancelled", "", False), ("The time limit was reached", " DUE TO TIME LIMIT", True),
                                         ("node was lost", " DUE TO NODE FAILURE", False)):
        signalled(folder, signal.SIGTERM, says, again, WAITS=1,
                  SAYS=f"*** JOB 7 ON n1 CANCELLED AT 2026-01-31T01:00:00{what_slurm_says} ***")


def check_signals_before_the_ranks(folder):
    """While the program is asked where the results will be."""
    for number, says, again in ((signal.SIGUSR1, "before the ranks had started", True), (signal.SIGTERM, "cancelled", False)):
        (folder / "asked_where").unlink(missing_ok=True)
        attempt = Attempt(folder, SLOW=1)
        while not (folder / "asked_where").exists():
            time.sleep(0.02)
        attempt.process.send_signal(number)
        attempt.ends(75, says, again)


def main():
    with night.temporary_folder() as name:
        folder = pathlib.Path(name)
        check_final(folder)
        check_again(folder)
        check_command(folder)
        check_manifest(folder)
        check_signals(folder)
        check_signals_before_the_ranks(folder)
    print("every end of a night has its exit code and its sentence")


if __name__ == "__main__":
    main()
