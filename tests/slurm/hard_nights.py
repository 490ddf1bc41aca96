"""Nights as clusters have them: preempted, out of time, out of memory, a node lost, a full disk; a chain of jobs and an array of
business units. Each ends with the right state and exit code, and its job log alone says what happened and what to do.
"""

import os
import pathlib
import subprocess
import time

import testbed
from nightly import JOB, LONG, Trial
from testbed import night

JOBS = night.PROJECT / "jobs"


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
    ended_the_same(trial, submitted, ["USR1", "STARTS AGAIN"])


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
    ended_the_same(trial, submitted, ["STARTS AGAIN"])


def check_time_limit(trial):
    """Without such a signal: TERM at the limit, and Slurm itself does not requeue a job that is out of time."""
    submitted = held(trial, "--time=1", "--signal=B:CONT@1")
    ended_the_same(trial, submitted, ["DUE TO TIME LIMIT", "Give --time more", "STARTS AGAIN"])


def check_node_lost(trial):
    """The node that the batch script is not on: Slurm notices half a minute later, and starts again on the nodes that are left."""
    submitted = running(trial)
    facts = trial.cluster.show(submitted.job)
    taken = trial.cluster.run("scontrol", "show", "hostnames", facts["NodeList"]).split()
    lost = next(node for node in taken if node != facts["BatchHost"])
    trial.cluster.do("kill", lost)
    ended_the_same(trial, submitted, ["STARTS AGAIN"])
    assert lost not in trial.cluster.run("scontrol", "show", "hostnames", trial.cluster.show(submitted.job)["NodeList"]).split()
    trial.cluster.do("restart", lost)


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


def submit_by(trial, script, *arguments, date="2026-01-31"):
    """What a script of jobs/ prints, by whoever is on the head node."""
    done = subprocess.run(
        [str(testbed.COMMAND), "run", str(trial.cluster.folder), str(JOBS / script), *map(str, arguments), "--mem=1G",
         "--cpus-per-task=1"], cwd=trial.folder, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL,
        env={**os.environ, **trial.environment, "TESSERA": trial.tessera.program, "TESSERA_NIGHT": date})
    return done.stdout


def job_file(trial, name, replace=()):
    file = trial.folder / name
    text = JOB.read_text().replace('"results/{name}/{night}.h5"', f'"{trial.folder}/out/{{night}}.h5"')
    for old, new in replace:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)
    return file


def check_chain(trial):
    """jobs/nightly.sh: the run, the comparison, the summary; a run that fails cancels what waits for it."""
    def jobs(said):
        return [word for word in said.replace(",", " ").split() if word.isdigit()]

    good = job_file(trial, "job.toml")
    for date in ("2026-01-30", "2026-01-31"):
        submitted = jobs(submit_by(trial, "nightly.sh", good, date=date))
        for job in submitted:
            facts = trial.cluster.wait(job)
            assert facts["JobState"] == "COMPLETED", f"{facts['JobName']}: {facts['JobState']}, see {facts['StdOut']}"
        assert (trial.folder / f"out/{date}.txt").read_text().startswith("company: ")
    run, compare, report = jobs(submit_by(trial, "nightly.sh", job_file(trial, "bad.toml", [("k = 8", "k = 0")])))
    assert trial.cluster.wait(run)["ExitCode"].startswith("78:")
    assert [trial.cluster.wait(job)["JobState"] for job in (compare, report)] == ["CANCELLED", "CANCELLED"]


def check_units(trial):
    """jobs/business_units.sh: a night for each of the units; one that fails leaves the others alone."""
    units = [job_file(trial, f"{name}.toml", [("/out/", f"/{name}/"), *broken])
             for name, broken in (("north", []), ("south", [("k = 8", "k = 0")]), ("west", []))]
    (trial.folder / "units").write_text("".join(f"{unit}\n" for unit in units))
    array = submit_by(trial, "business_units.sh", trial.folder / "units").split()[-1]
    ended = [trial.cluster.wait(f"{array}_{number}")["ExitCode"] for number in (1, 2, 3)]
    assert ended == ["0:0", "78:0", "0:0"], ended
    assert trial.tessera.show(trial.folder / "west/2026-01-31.h5")["digest"] == trial.on_laptop()


def main():
    tessera = night.Tessera(night.arguments(__doc__).parse_args())
    tessera.program = str(pathlib.Path(tessera.program).resolve())
    with night.temporary_folder() as name:
        folder = pathlib.Path(name)
        tessera.call("generate", "--accounts", 5000, "--to", folder / "company")
        with testbed.Testbed(folder, "--cpus", 2) as cluster:
            for check, settings in ((check_units, {}), (check_chain, {}), (check_full_disk, {}), (check_rank_killed, LONG),
                                    (check_node_lost, LONG), (check_preempted, LONG), (check_early_signal, LONG),
                                    (check_time_limit, LONG)):
                check(Trial(cluster, tessera, folder, check.__name__, settings))
                print(f"{check.__name__.removeprefix('check_')}: as it should", flush=True)
        with testbed.Testbed(folder, "--nodes", 1, "--limit-memory") as cluster:
            check_out_of_memory(Trial(cluster, tessera, folder, "out_of_memory"))
            print("out of memory: as it should")


if __name__ == "__main__":
    main()
