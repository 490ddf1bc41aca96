"""Nights as clusters have them: preempted, out of time, out of memory, a node lost, a full disk. Each ends with the right
state and exit code, and its job log alone says what happened and what to do.
"""

import pathlib
import time

import testbed
from nightly import LONG, Trial
from testbed import night


def running(trial, *options):
    submitted = trial.submit(*options)
    submitted.wait_for_log("campaign: columns typed by a scan")
    return submitted


def ended_the_same(trial, submitted, says):
    submitted.ends("COMPLETED", says=[*says, "attempt 2", "DONE"], exit_code=0, timeout_s=300)
    assert trial.published() == trial.on_laptop()


def check_preempted(trial):
    submitted = running(trial)
    time.sleep(0.5)
    trial.cluster.run("sbatch", "--partition=urgent", "--nodes=2", "--exclusive", "--output=/dev/null", "--wrap", "sleep 2")
    ended_the_same(trial, submitted, ["another job comes first", "STARTS AGAIN"])


def held(trial, *options):
    """A night that takes as long as it must, without the cores' doing anything: its ranks are halted."""
    submitted = running(trial, *options)
    trial.cluster.run("scancel", "--signal=STOP", f"{submitted.job}.0")
    return submitted


def check_early_signal(trial):
    """Slurm's own --signal. It looks once a minute, so the signal may come earlier than that, by a minute at most."""
    submitted = held(trial, "--time=2", "--signal=B:USR1@110")
    submitted.wait_for_log("USR1: asked to stop", timeout_s=100)
    trial.cluster.run("scancel", "--signal=CONT", f"{submitted.job}.0")
    ended_the_same(trial, submitted, ["the time limit is near", "STARTS AGAIN"])


def check_time_limit(trial):
    """Without such a signal: TERM at the limit, and Slurm itself does not requeue a job that is out of time."""
    submitted = held(trial, "--time=1", "--signal=B:CONT@1")
    ended_the_same(trial, submitted, ["DUE TO TIME LIMIT", "Give --time more", "STARTS AGAIN"])


def lose_node(trial, of_batch_script, says):
    submitted = running(trial)
    facts = trial.cluster.show(submitted.job)
    taken = trial.cluster.run("scontrol", "show", "hostnames", facts["NodeList"]).split()
    lost = next(node for node in taken if (node == facts["BatchHost"]) == of_batch_script)
    trial.cluster.do("kill", lost)
    ended_the_same(trial, submitted, [says])
    assert lost not in trial.cluster.run("scontrol", "show", "hostnames", trial.cluster.show(submitted.job)["NodeList"]).split()
    trial.cluster.do("restart", lost)


def check_node_lost(trial):
    """The node that the batch script is not on: Slurm notices half a minute later, and starts again on the nodes that are left."""
    lose_node(trial, False, "STARTS AGAIN")


def check_batch_node_lost(trial):
    """With the batch script, which can tell nothing any more: the next attempt does."""
    lose_node(trial, True, "ended without a word")


def check_rank_killed(trial):
    submitted = running(trial)
    trial.cluster.run("scancel", "--signal=KILL", f"{submitted.job}.0")
    ended_the_same(trial, submitted, ["STARTS AGAIN"])


def check_full_disk(trial):
    """The results' folder is a file system that is nearly full: 74, told, and not tried again."""
    out = trial.folder / "out"
    out.mkdir()
    mounted = trial.cluster.call("run", "--on", "n1", "mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", out)
    assert mounted.returncode == 0, mounted.stderr
    submitted = trial.submit("--nodes=1", "--nodelist=n1", "--ntasks-per-node=2")
    submitted.ends("FAILED", says=["tessera: ", "Make room", "NOT DONE (exit code 74)"], exit_code=74)
    trial.cluster.call("run", "--on", "n1", "umount", out)


def check_out_of_memory(trial):
    submitted = trial.submit("--nodes=1", "--ntasks-per-node=2", "--mem=30M")
    facts = submitted.ends("FAILED", says=["OUT OF MEMORY", "plan", "NOT DONE (exit code 137)"], exit_code=137)
    assert facts["Restarts"] == "0", facts["Restarts"]


ON_THREE_NODES = ((check_full_disk, {}), (check_rank_killed, LONG), (check_node_lost, LONG), (check_batch_node_lost, LONG),
                  (check_preempted, LONG), (check_early_signal, LONG), (check_time_limit, LONG))


def main():
    parser = night.arguments(__doc__)
    parser.add_argument("--only", nargs="*", default=[], metavar="NIGHT", help="for example node_lost out_of_memory")
    options = parser.parse_args()
    tessera = night.Tessera(options)
    tessera.program = str(pathlib.Path(tessera.program).resolve())

    def wanted(check):
        return not options.only or check.__name__.removeprefix("check_") in options.only

    with night.temporary_folder() as name:
        folder = pathlib.Path(name)
        tessera.call("generate", "--accounts", 5000, "--to", folder / "company")
        with testbed.Testbed(folder, "--cpus", 2) as cluster:
            for check, settings in ON_THREE_NODES:
                if wanted(check):
                    check(Trial(cluster, tessera, folder, check.__name__, settings))
                    print(f"{check.__name__.removeprefix('check_')}: as it should", flush=True)
        if wanted(check_out_of_memory):
            with testbed.Testbed(folder, "--nodes", 1, "--limit-memory") as cluster:
                check_out_of_memory(Trial(cluster, tessera, folder, "out_of_memory"))
                print("out_of_memory: as it should")


if __name__ == "__main__":
    main()
