"""A run that was stopped anywhere and resumed, at another number of ranks, gives the results of one that never was.

It is stopped at chosen safe points of all that it passes, by a program that counts them (stopping_run.cpp), by signals to a plain
process and to mpirun, and by its time; and killed after a checkpoint that was due. So is a night that goes on from last night's model.
What must not be resumed is refused by name; a damaged checkpoint is not believed; one that a published night has left is removed.
"""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

import h5py

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))
import night  # noqa: E402

STOPPED, BAD_DATA, BAD_JOB = 75, 65, 78
FIRST = 5  # the safe points before are those of reading the job
UNLOCKED = 2  # one that comes before the night is the run's own
REOPENED = 14  # one of a resumed run's between those where it finds its sources unchanged and has its accounts
NIGHT, NEXT = "2026-01-31", "2026-02-01"
JOB = """
name = "stopped"
seed = 11
[ingest]
max_quarantined = 0.5
[[source]]
name = "crm"
path = "company/accounts.csv"
key = "account_id"
[[source]]
name = "orders"
kind = "history"
path = "company/orders.csv"
key = "account_id"
time = "order_date"
amount = "quantity * unit_price * (1 - discount)"
[[source]]
name = "provider"
kind = "enrichment"
path = "company/provider.csv"
key = "website"
match = "domain"
match_column = "crm.website"
[[source]]
name = "outcomes"
path = "company/outcomes.csv"
key = "account_id"
[columns.employees]
type = "number"
min = 1
[[macro]]
name = "size"
column = "employees"
bands = [{ name = "Small", below = 51 }, { name = "Large", from = 51 }]
[value]
column = "outcomes.clv"
customer = "is_customer"
[[segmentation]]
name = "swapped"
features = [{ column = "employees", transform = "log1p" }, { column = "crm.revenue", transform = "log1p" }, "industry"]
k = 6
starts = 3
quality = "best"
max_iterations = 20
refine = { criterion = "bic", min_accounts = 20, max_micro = 20 }
[[segmentation]]
name = "inside"
features = [{ column = "crm.revenue", transform = "log1p" }, "orders.recency_days"]
scope = "macro"
k = "auto"
k_max = 5
starts = 2
[output]
path = "out/{night}.h5"
"""


class Folder:
    """A job and its company, and the runs of it."""

    def __init__(self, tessera, options, path, accounts):
        self.tessera, self.stopping = tessera, night.Tessera(options)
        self.stopping.program = options.stopping_run
        self.path = pathlib.Path(path)
        self.job = self.path / "job.toml"
        self.job.write_text(JOB)
        self.generate(accounts)
        self.out = self.path / "out"
        self.sets = []  # words that every run of the job gets

    @property
    def kept(self):
        """Where the one checkpoint is, or would be."""
        found = list(self.out.glob("*.checkpoint"))
        assert len(found) < 2, found
        return found[0] if found else self.out / f"stopped.{NIGHT}.checkpoint"

    def generate(self, accounts, *words):
        self.tessera.call("generate", "--accounts", accounts, "--to", self.path / "company", "--seed", 5, *words)

    def run(self, *words, ranks=1, stop_at=None, given_night=NIGHT):
        """One attempt; it is stopped at a safe point, or tells how many it has passed."""
        env = {"TESSERA_STOP_AT": str(stop_at)} if stop_at else {}
        given = ["--night", given_night] if given_night else []
        return self.stopping.call("run", self.job, *given, *self.sets, *words, ranks=ranks, env=env, check=False)

    def finish(self, ranks, *words):
        """Resumes to the end; what the results are then."""
        done = self.run("--resume", *words, ranks=ranks, given_night=None)
        assert done.returncode == 0, f"exit {done.returncode}\n{done.stderr}"
        return self.take_results()

    def results(self):
        """Of the one night that was published; none: nothing was."""
        paths = [path for path in self.out.glob("*.h5") if not path.is_symlink()]
        assert len(paths) < 2, paths
        return paths[0] if paths else None

    def take_results(self):
        assert not self.kept.exists(), "the checkpoint of a night that is complete is removed"
        with h5py.File(self.results()) as file:
            found = {"digest": file.attrs["digest"], "night": file.attrs["night"].decode(),
                     "warnings": sorted(file["run/warnings/message"][:])}
        self.clear()
        return found

    def clear(self):
        """As if nothing had been published: a night that has been is not made again."""
        for path in self.out.iterdir():
            path.unlink()

    def states(self):
        return sorted(self.kept.glob("state-*"))

    def start(self, log, *words, launcher=()):
        with open(log, "w", encoding="utf-8") as out:
            return subprocess.Popen([*launcher, self.tessera.program, "run", self.job, "--night", NIGHT, *words], stdout=out,
                                    stderr=out, stdin=subprocess.DEVNULL)


def check_stop(done, kept):
    assert done.returncode == STOPPED, f"exit {done.returncode}\n{done.stderr}"
    stage = re.search(r'stopped (?:in stage "(\w+)"|before the first stage)', done.stderr)
    assert stage and "--resume" in done.stderr, done.stderr
    assert stage[1] or "from the start" in done.stderr or "last checkpoint" in done.stderr, done.stderr
    assert not list(kept.parent.glob("*.h5")), "nothing is published by a run that was stopped"
    return stage[1] or "before the first stage"


def stop_once(folder, expected, at, number, given_night=NIGHT):
    """One stop, every other time a resume that is stopped as well, each attempt at another number of ranks. The stage of the first."""
    ranks = 1 + number % 3
    stage = check_stop(folder.run(ranks=ranks, stop_at=at, given_night=given_night), folder.kept)
    if number % 2 == 1:  # as far along again
        again = folder.run("--resume", ranks=1 + (number + 2) % 3, stop_at=max(FIRST, at // 2), given_night=None)
        if again.returncode == STOPPED:
            check_stop(again, folder.kept)
    found = folder.take_results() if folder.results() else folder.finish(1 + (number + 1) % 3)
    assert found["digest"] == expected["digest"], f"stopped at safe point {at} on {ranks} ranks"
    assert found["night"] == given_night, found["night"]
    assert found["warnings"] == expected["warnings"], f"stopped at {at}: {found['warnings']}, not {expected['warnings']}"
    return stage


def stop_everywhere(folder, expected, safe_points, stops):
    """At so many safe points, one as far from the next as the other. By safe point, the stage."""
    ats = [FIRST + (safe_points - FIRST - 1) * i // (stops - 1) for i in range(stops)]
    return {at: stop_once(folder, expected, at, number) for number, at in enumerate(ats)}


def stop_where_stages_change(folder, expected, stages):
    """Most safe points are those of k-means; a stage that has few lies where neighbours are of different stages."""
    known = sorted(stages)
    gaps = [(low, high) for low, high in zip(known, known[1:])]
    while gaps:
        low, high = gaps.pop()
        if high - low < 2 or stages[low] == stages[high]:
            continue
        middle = (low + high) // 2
        stages[middle] = stop_once(folder, expected, middle, len(stages))
        gaps += [(low, middle), (middle, high)]


def check_signals(tessera, folder, expected):
    """SIGUSR1 and SIGTERM to a plain process, SIGUSR1 to mpirun: heard within seconds wherever the run is."""
    launcher = [tessera.mpirun, "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-n", "2"]
    for number, (before, sent) in enumerate([([], signal.SIGUSR1), ([], signal.SIGTERM), (launcher, signal.SIGUSR1)]):
        log = folder.path / f"signal-{number}.log"
        run = folder.start(log, launcher=before)
        wait_for("typed by a scan", run, log)
        run.send_signal(sent)
        code = run.wait(timeout=120)
        assert code == STOPPED, f"exit {code}\n{log.read_text(encoding='utf-8')}"
        assert folder.finish(1)["digest"] == expected["digest"]


def wait_for(words, run, log):
    while words not in log.read_text(encoding="utf-8") and run.poll() is None:
        time.sleep(0.002)


def check_time(folder, expected, full):
    """Its time is up. Or a checkpoint is due, as the run was held up for so long; then it is killed, or goes on."""
    done = folder.run("--max-time", "0.05", ranks=2)
    assert done.returncode == STOPPED and "--resume" in done.stderr, f"exit {done.returncode}\n{done.stderr}"
    assert folder.finish(1)["digest"] == expected["digest"]

    words = ["--set", "checkpoint.every=1 second"]
    for killed in (True, False) if full else (True,):
        log = folder.path / f"timer-{killed}.log"
        run = folder.start(log, *words)
        wait_for("typed by a scan", run, log)
        run.send_signal(signal.SIGSTOP)
        time.sleep(1.1)
        run.send_signal(signal.SIGCONT)
        wait_for("checkpoint 1 kept", run, log)
        if killed:
            run.kill()
        code = run.wait(timeout=120)
        told = log.read_text(encoding="utf-8")
        assert "checkpoint 1 kept" in told and code == (-signal.SIGKILL if killed else 0), f"exit {code}\n{told}"
        if killed:
            again = folder.run("--resume", *words, ranks=3, given_night=None)
            assert again.returncode == 0 and "going on from checkpoint 1" in again.stderr, again.stderr
        assert folder.take_results()["digest"] == expected["digest"], f"killed: {killed}"


def check_warm_start(folder, accounts, stops):
    """A night that goes on from last night's model, and may not move many accounts away from it."""
    assert folder.run().returncode == 0
    shutil.move(folder.results(), folder.path / "last.h5")
    folder.clear()
    folder.generate(accounts, "--night", 1)
    folder.sets = ["--set", "previous.path=last.h5", "--set", "previous.max_moved_by_model=0.002"]
    whole = folder.run(given_night=NEXT)
    assert whole.returncode == 0, whole.stderr
    with h5py.File(folder.results()) as file:
        start = file["run/starts/start"]
        kinds = {start["categories"][code].decode() for code in start["codes"][:]}
    assert kinds == {"warm"}, kinds
    expected = folder.take_results()
    safe_points = int(re.search(r"safe points: (\d+)", whole.stderr)[1])
    ats = [FIRST + (safe_points - FIRST) * (i + 1) // (stops + 1) for i in range(stops)]
    return {at: stop_once(folder, expected, at, number, NEXT) for number, at in enumerate(ats)}


def check_left_behind(folder, late):
    """A run that was killed once its night was complete has left a checkpoint. It keeps nobody from tonight's work."""
    assert folder.run(stop_at=late).returncode == STOPPED
    left = folder.path / "left"
    shutil.copytree(folder.kept, left)
    assert folder.run("--resume").returncode == 0
    shutil.copytree(left, folder.kept)
    again = folder.run("--resume")
    assert again.returncode == 0 and "already published" in again.stdout and not folder.kept.exists(), again.stdout
    shutil.copytree(left, folder.kept)
    tonight = folder.run("--resume", given_night=None)
    assert tonight.returncode == 0 and "already published" not in tonight.stdout and not folder.kept.exists(), tonight.stdout
    assert len([path for path in folder.out.glob("*.json")]) == 2, "tonight is published as well"
    folder.clear()


def check_nights_apart(folder, expected, late):
    """A night that is made up for leaves alone what the next one goes on from; one that is published clears up after earlier ones."""
    def checkpoints():
        return sorted(path.name.split(".")[1] for path in folder.out.glob("stopped.*.checkpoint"))

    for date in (NEXT, NIGHT):
        assert folder.run(stop_at=late, given_night=date).returncode == STOPPED
    assert checkpoints() == [NIGHT, NEXT], checkpoints()
    made_up = folder.run("--resume", given_night=None)
    assert made_up.returncode == 0 and f"checkpoints of the nights {NEXT} are there as well" in made_up.stderr, made_up.stderr
    with h5py.File(folder.results()) as file:
        assert file.attrs["digest"] == expected["digest"] and file.attrs["night"].decode() == NIGHT
    assert checkpoints() == [NEXT], "of the night that was stopped last"
    (folder.out / f"{NIGHT}.json").unlink()
    assert folder.run(stop_at=late).returncode == STOPPED
    lock = folder.out / f"{NIGHT}.h5.lock-000001"
    for silent_s, left in ((0, [NIGHT]), (3600, [])):
        lock.write_text("of a run on another machine")
        os.utime(lock, (time.time() + 60 - silent_s,) * 2)
        (folder.out / f"{NEXT}.json").unlink(missing_ok=True)
        done = folder.run("--resume", given_night=NEXT, ranks=2)
        assert done.returncode == 0 and ("going on from checkpoint" in done.stderr) == (silent_s == 0), done.stderr
        assert checkpoints() == left, (silent_s, checkpoints())
    folder.clear()


def check_refused(folder, code, says, *words):
    done = folder.run("--resume", *words, given_night=None)
    assert done.returncode == code and all(word in done.stderr for word in says), f"exit {done.returncode}\n{done.stderr}"


def check_refusals(folder, expected, late):
    """What must not be resumed is refused by name, and can be resumed again once it is as it was."""
    assert folder.run(ranks=2, stop_at=late).returncode == STOPPED
    kept = [state.read_bytes() for state in folder.states()]
    assert folder.run(stop_at=UNLOCKED).returncode == STOPPED
    assert [state.read_bytes() for state in folder.states()] == kept, "what is kept may be that of who has the night"
    check_refused(folder, BAD_JOB, ["another job", "k = 6", "k = 7"], "--set", "segmentation.swapped.k=7")
    orders = folder.path / "company" / "orders.csv"
    original = orders.read_bytes()
    orders.write_bytes(original.replace(b"1", b"2", 1))
    check_refused(folder, BAD_DATA, ["source \"orders\"", "orders.csv", "other bytes"])
    orders.write_bytes(original + original.splitlines(True)[-1])
    check_refused(folder, BAD_DATA, ["source \"orders\"", "bytes"])
    orders.write_bytes(original)  # the time is another, the bytes are not
    assert check_stop(folder.run("--resume", stop_at=REOPENED, given_night=None), folder.kept) == "ingest"
    orders.write_bytes(original)  # and again, after a stop before the accounts were there
    newest = folder.states()[-1]
    whole = newest.read_bytes()
    newest.write_bytes(whole.replace(b"tessera-checkpoint 1", b"tessera-checkpoint 9", 1))
    check_refused(folder, BAD_JOB, ["version 9"])
    newest.write_bytes(whole)
    other = folder.run("--resume", "--set", "segmentation.swapped.k=7", given_night=NEXT)
    assert other.returncode == 0 and "no checkpoint there" in other.stderr, other.stderr
    assert f"removed the checkpoint of the night of {NIGHT}" in other.stderr and not folder.kept.exists(), other.stderr
    folder.clear()
    assert folder.run(ranks=2, stop_at=late).returncode == STOPPED
    assert folder.finish(3)["digest"] == expected["digest"]


def check_damage(folder, expected, early, late):
    """A newest generation that is damaged gives way to the one before; both damaged are refused; lost accounts are read again."""
    assert folder.run(ranks=2, stop_at=early).returncode == STOPPED
    (folder.kept / "accounts.h5.partial-of-a-run-that-was-killed").write_text("gigabytes")
    assert folder.run("--resume", ranks=1, stop_at=late - early).returncode == STOPPED
    assert not list(folder.kept.glob("*.partial*"))
    states = folder.states()
    assert len(states) == 2, states
    newest = max(states, key=lambda path: path.stat().st_mtime_ns)
    flip(newest, newest.stat().st_size // 2)
    done = folder.run("--resume", ranks=3)
    assert done.returncode == 0 and "other generation" in done.stderr, done.stderr
    assert folder.take_results()["digest"] == expected["digest"]

    assert folder.run(ranks=2, stop_at=late).returncode == STOPPED
    for state in folder.states():
        state.write_bytes(state.read_bytes()[:-7])
    check_refused(folder, BAD_DATA, ["no generation of it is whole", "without --resume"])
    assert folder.run(stop_at=late).returncode == STOPPED, "without --resume it starts afresh"
    accounts = folder.kept / "accounts.h5"
    flip(accounts, accounts.stat().st_size * 2 // 3)
    done = folder.run("--resume", ranks=2)
    assert done.returncode == 0 and "the sources are read again" in done.stderr, done.stderr
    assert folder.take_results()["digest"] == expected["digest"]


def flip(path, at):
    content = bytearray(path.read_bytes())
    content[at] ^= 0x40
    path.write_bytes(content)


def main():
    parser = night.arguments(__doc__)
    parser.add_argument("--stopping-run", required=True)
    parser.add_argument("--full", action="store_true")
    options = parser.parse_args()
    tessera = night.Tessera(options)
    with night.temporary_folder() as path:
        accounts = 4000 if options.full else 800
        folder = Folder(tessera, options, path, accounts)
        whole = folder.run()
        assert whole.returncode == 0, whole.stderr
        expected = folder.take_results()
        safe_points = int(re.search(r"safe points: (\d+)", whole.stderr)[1])
        print(whole.stderr.splitlines()[-1], flush=True)
        nothing = folder.run("--resume")
        assert nothing.returncode == 0 and "no checkpoint there" in nothing.stderr, nothing.stderr
        assert folder.take_results()["digest"] == expected["digest"]
        stages = stop_everywhere(folder, expected, safe_points, 60 if options.full else 9)
        if options.full:
            stop_where_stages_change(folder, expected, stages)
            missing = {"ingest", "macro", "prepare", "kmeans", "refine", "insight", "value", "lookalike", "results"} - set(stages.values())
            assert not missing, f"never stopped in {missing}"
        check_signals(tessera, folder, expected)
        check_time(folder, expected, options.full)
        check_left_behind(folder, safe_points // 2)
        check_nights_apart(folder, expected, safe_points // 2)
        check_refusals(folder, expected, safe_points // 2)
        check_damage(folder, expected, safe_points // 3, safe_points * 2 // 3)
        stages |= check_warm_start(folder, accounts, 30 if options.full else 2)
        print(f"{len(stages)} stops, in {', '.join(sorted(set(stages.values())))}; {safe_points} safe points")


if __name__ == "__main__":
    main()
