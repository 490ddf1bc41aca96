"""Where the campaign's nights run, and what goes wrong there: a laptop with mpirun, and a Slurm cluster of three nodes.

A site starts a night, tells whether it is done, and does by itself what an unattended site does: Slurm requeues, and whatever
has ended without results is submitted again.
"""

import os
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "slurm"))
import testbed  # noqa: E402
from testbed import night  # noqa: E402

DONE = 0
# Ends that no blow is an excuse for: usage, data, a bug, the job file, the gate, a crash. 74 is that of an attempt which finds the one
# before still at work.
INEXCUSABLE = (64, 65, 66, 70, 78, 79, 134, 135, 136, 139)
OUT_OF_MEMORY = 137  # as cluster/slurm/attempt.sh ends with it; of mpirun it means no more than that a rank was killed
MOST_ATTEMPTS = 50  # of one night, which is given a few blows
HUNG_S = 30  # an mpirun that has had no rank for so long: Open MPI's own end can wait for itself for ever after a SIGTERM
HARMLESS = ("slurmd killed",)  # blows that the ranks do not feel


def processes(*words):
    """Pids of this machine's processes, within namespaces or not, whose command line has all the words."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue
            if all(any(word in part for part in command) for word in words):
                found.append((int(entry.name), command))
    return found


def end(pid, number=signal.SIGKILL):
    try:
        os.kill(pid, number)
        return True
    except ProcessLookupError:
        return False


class Site:
    """A night's command line is that of its folder alone, so its processes are known by it."""

    def __init__(self, program, words, folder, environment, random):
        self.program, self.words, self.folder, self.random = str(program), [str(word) for word in words], folder, random
        self.environment = {**night.environment(), **environment}
        self.attempts, self.hung = 0, 0

    def last_words(self):
        return "\n".join(log.read_text(errors="replace")[-2000:] for log in sorted(self.folder.glob("*.log")))

    def ranks(self):
        return [pid for pid, command in processes(self.program, str(self.folder))
                if command[0] == self.program and "--dry-run" not in command]

    def one_rank(self):
        ranks = self.ranks()
        return bool(ranks) and end(self.random.choice(sorted(ranks)))


class Laptop(Site):
    """mpirun on this machine; a night that ended without results is started again."""

    def __init__(self, *arguments, mpirun="mpirun", ranks=3):
        super().__init__(*arguments)
        self.launcher = [mpirun, "--oversubscribe", "--bind-to", "none", "-n", str(ranks)]
        self.process, self.log, self.at_work = None, None, 0.0

    def start(self, resume=False):
        self.attempts += 1
        self.at_work = time.monotonic()
        self.log = open(self.folder / "night.log", "ab")
        self.process = subprocess.Popen(
            [*self.launcher, self.program, "run", *self.words, *(["--resume"] if resume else [])], env=self.environment,
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

    def go_on(self):
        """Does what an unattended site does next. True once the night is done."""
        code = self.process.poll()
        if code is None:
            self.end_if_hung()
        if code is None or code == DONE:
            return code == DONE
        assert code not in INEXCUSABLE and self.attempts < MOST_ATTEMPTS, f"attempt {self.attempts}, exit {code}:\n{self.last_words()}"
        self.stop()
        self.start(resume=True)
        return False

    def end_if_hung(self):
        if self.ranks():
            self.at_work = time.monotonic()
        elif time.monotonic() - self.at_work > HUNG_S:
            self.hung += end(self.process.pid)
            self.at_work = time.monotonic()

    def stop(self):
        """Ends what is left of the attempt, as a site does before it starts another."""
        for pid in [self.process.pid, *self.ranks()]:
            if self.process.poll() is None or pid != self.process.pid:
                end(pid)
        self.process.wait()
        self.log.close()

    def kinds(self):
        return {"rank killed": self.one_rank, "mpirun killed": self.mpirun, "power off": self.power_off,
                "SIGUSR1": lambda: self.mpirun(signal.SIGUSR1), "SIGTERM": lambda: self.mpirun(signal.SIGTERM)}

    def mpirun(self, number=signal.SIGKILL):
        return self.process.poll() is None and end(self.process.pid, number)

    def power_off(self):
        struck = [self.mpirun(), *[end(pid) for pid in self.ranks()]]
        return any(struck)


class Cluster(Site):
    """nightly.sbatch on a test cluster; Slurm requeues, a job that ended otherwise is submitted again."""

    def __init__(self, *arguments, cluster, tessera, nodes=2):
        super().__init__(*arguments)
        self.cluster, self.tessera, self.nodes = cluster, tessera, nodes
        self.night, self.later = None, []  # later: what is to be done to nodes, and when

    def start(self):
        self.attempts += 1
        options = [f"--nodes={self.nodes}", "--time=60"]
        self.night = testbed.Night(self.cluster, self.tessera, self.folder, self.words, options,
                                   environment={**self.environment, "TESSERA_RESTARTS": "100", "TESSERA_UNEXPLAINED": "100",
                                               "TESSERA_LINGER": "10", "TESSERA_STALL": "60"})

    def go_on(self):
        for when, verb, node in [due for due in self.later if due[0] < time.monotonic()]:
            self.later.remove((when, verb, node))
            self.cluster.do(verb, node)
        facts = self.cluster.show(self.night.job)
        if facts["JobState"] == "COMPLETED":
            return True
        if facts["JobState"] == "PENDING" and facts["Reason"] == "BeginTime":
            self.cluster.run("scontrol", "update", f"JobId={self.night.job}", "StartTime=now", check=False)
        elif facts["JobState"] not in testbed.WAITING:
            code = int(facts["ExitCode"].split(":")[0])
            assert code not in (*INEXCUSABLE, OUT_OF_MEMORY), f"exit {code}:\n{self.last_words()}"
            self.start()
        return False

    def stop(self):
        """Ends the night for good and brings every node back."""
        self.cluster.run("scancel", self.night.job, check=False)
        while self.later:
            _, verb, node = self.later.pop()
            self.cluster.do(verb, node)
        end_s = time.monotonic() + 60
        while self.ranks():  # an attempt that was cut off, and that Slurm now reaches again
            assert time.monotonic() < end_s, f"ranks outlive their job:\n{self.state()}"
            time.sleep(0.1)

    def state(self):
        """What a person would look at first: the ranks with what started them, the nodes, and the daemons' last words."""
        every = subprocess.run(["ps", "--forest", "-eo", "pid,ppid,stat,args"], capture_output=True, text=True, check=False).stdout
        trees = [line[:200] for line in every.splitlines() if str(self.folder) in line or "slurm" in line]
        logs = [f"{log.name}:\n{log.read_text(errors='replace')[-3000:]}" for log in sorted((self.cluster.folder / "log").iterdir())]
        return "\n".join([*trees, self.cluster.run("sinfo", "--long", "--Node", check=False), *logs, self.last_words()])

    def kinds(self):
        return {"rank killed": self.one_rank, "batch script killed": lambda: self.one_of("attempt.sh"),
                "srun killed": lambda: self.one_of("srun"), "node off": self.node_off, "network cut": self.network_cut,
                "slurmd killed": self.slurmd_killed, "SIGUSR1": self.usr1, "requeued": self.requeued}

    def one_of(self, name):
        found = [pid for pid, command in processes(name, str(self.folder)) if name in command[0] or name in command[1]]
        return bool(found) and end(self.random.choice(sorted(found)))

    def some_node(self):
        taken = {node for _, _, node in self.later}
        return self.random.choice([f"n{i + 1}" for i in range(3) if f"n{i + 1}" not in taken] or [None])

    def node_off(self):
        return self.break_node("kill", "restart", self.random.choice([0.2, 40]))

    def network_cut(self):
        return self.break_node("cut", "heal", self.random.choice([3, 15, 50]))

    def slurmd_killed(self):
        node = self.some_node()
        if node is None:
            return False
        self.cluster.do("kill", node, "--slurmd")
        self.later.append((time.monotonic() + self.random.choice([0.2, 25]), "restart", node))
        return True

    def break_node(self, verb, mending, after_s):
        node = self.some_node()
        if node is None or len(self.later) > 0 and self.nodes > 1:
            return False  # of three nodes a night takes two: with two off it would wait for one of them
        self.cluster.do(verb, node)
        self.later.append((time.monotonic() + after_s, mending, node))
        return True

    def at_work(self):
        return self.cluster.show(self.night.job)["JobState"] == "RUNNING"

    def usr1(self):
        if not self.at_work():
            return False
        self.cluster.run("scancel", "--signal=USR1", "--batch", self.night.job, check=False)
        return True

    def requeued(self):
        if not self.at_work():
            return False
        self.cluster.run("scontrol", "requeue", self.night.job, check=False)
        return True
