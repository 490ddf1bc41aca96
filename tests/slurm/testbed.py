"""The test cluster as the tests use it: up, submit, wait, read the log, down."""

import os
import pathlib
import re
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))
import night  # noqa: E402

COMMAND = night.PROJECT / "cluster/testbed"
SCRIPTS = night.PROJECT / "cluster/slurm"
CANNOT = 77  # what cluster/testbed ends with where a machine makes no such cluster
WAITING = ("PENDING", "RUNNING", "COMPLETING", "CONFIGURING", "REQUEUED")


class Testbed:
    """with Testbed(folder, options) as cluster: ... ; ends the test as skipped, with the reason, where there can be none."""

    def __init__(self, folder, *options):
        self.folder, self.options = pathlib.Path(folder) / "testbed", options

    def __enter__(self):
        made = self.call("up", *self.options)
        if made.returncode == CANNOT:
            print(f"SKIPPED: {made.stderr.strip()}")
            sys.exit(night.SKIPPED)
        assert made.returncode == 0, f"{made.stdout}{made.stderr}"
        return self

    def __exit__(self, kind, error, trace):
        if error is not None and kind is not SystemExit:
            print(self.run("squeue", check=False), self.run("sinfo", "--long", "--Node", check=False), sep="\n")
        down = self.call("down")
        assert down.returncode == 0 and not self.folder.exists(), f"down left something behind: {down.stdout}{down.stderr}"

    def call(self, verb, *words):
        return subprocess.run([str(COMMAND), verb, str(self.folder), *map(str, words)], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, errors="replace", timeout=120)

    def do(self, verb, *words):
        done = self.call(verb, *words)
        assert done.returncode == 0, f"testbed {verb}: {done.stdout}{done.stderr}"

    def run(self, *words, check=True, environment=None):
        """What a command on the head node prints."""
        done = subprocess.run([str(COMMAND), "run", str(self.folder), *map(str, words)], stdin=subprocess.DEVNULL,
                              env={**os.environ, **(environment or {})}, capture_output=True, text=True, errors="replace",
                              timeout=120)
        assert not check or done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def show(self, job):
        """Facts on a job: JobState, Reason, ExitCode, Restarts ..."""
        return dict(re.findall(r"(\w+)=(\S*)", self.run("scontrol", "--oneliner", "show", "job", job)))

    def wait(self, job, done=lambda facts: facts["JobState"] not in WAITING, timeout_s=120):
        """Facts on a job once they are as `done` says; by default, once it has ended."""
        end = time.monotonic() + timeout_s
        while not done(facts := self.show(job)):
            assert time.monotonic() < end, f"job {job} is still {facts['JobState']} ({facts['Reason']}) after {timeout_s} s"
            time.sleep(0.1)
        return facts


class Night:
    """A night submitted to a cluster, with its log."""

    def __init__(self, cluster, tessera, folder, words, options=("--nodes=2",), script="nightly.sbatch", environment=None):
        self.cluster, self.log_file = cluster, pathlib.Path(folder) / f"{len(list(pathlib.Path(folder).glob('*.log')))}.log"
        self.job = cluster.run(
            "sbatch", "--parsable", "--mem=1G", "--cpus-per-task=1", f"--output={self.log_file}", *options, SCRIPTS / script, *words,
            environment={"TESSERA": str(pathlib.Path(tessera.program).resolve()), "TESSERA_NIGHT": "2026-01-31",
                         **(environment or {})})

    def log(self):
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def told(self):
        """What the scripts and Slurm said, without the summary."""
        return "\n".join(line for line in self.log().splitlines()
                         if line.startswith("==") or re.search(r"error|warning|CANCELLED|tessera:|info: (re|check)", line))

    def wait_for_log(self, words, timeout_s=60):
        end = time.monotonic() + timeout_s
        while words not in self.log():
            assert time.monotonic() < end, f"the log does not say {words!r}:\n{self.log()}"
            time.sleep(0.05)

    def ends(self, state, says=(), exit_code=None, timeout_s=240):
        facts = self.cluster.wait(self.job, timeout_s=timeout_s)
        assert facts["JobState"] == state, f"job {self.job} ended as {facts['JobState']}, not {state}:\n{self.told()}"
        if exit_code is not None:
            assert facts["ExitCode"].split(":")[0] == str(exit_code), f"exit {facts['ExitCode']}, not {exit_code}:\n{self.told()}"
        for words in says:
            assert words in self.log(), f"the log does not say {words!r}:\n{self.told()}"
        return facts
