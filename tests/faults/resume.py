"""A run that was stopped anywhere and resumed, at another number of ranks, gives the results of one that never was.

It is stopped at chosen safe points of all that it passes, by a program that counts them (stopping_run.cpp), and by signals to a plain
process and to mpirun. What must not be resumed is refused by name; a damaged checkpoint is not believed.
"""

import json
import pathlib
import re
import signal
import subprocess
import sys
import time

import h5py

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))
import night  # noqa: E402

STOPPED, BAD_DATA, BAD_JOB = 75, 65, 78
FIRST = 5  # the safe points before are those of reading the job
NIGHT = "2026-01-31"
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
        tessera.call("generate", "--accounts", accounts, "--to", self.path / "company", "--seed", 5)
        self.results = self.path / "out" / f"{NIGHT}.h5"
        self.kept = self.path / "out" / "stopped.checkpoint"

    def run(self, *words, ranks=1, stop_at=None, given_night=NIGHT):
        """One attempt; it is stopped at a safe point, or tells how many it has passed."""
        env = {"TESSERA_STOP_AT": str(stop_at)} if stop_at else {}
        given = ["--night", given_night] if given_night else []
        return self.stopping.call("run", self.job, *given, *words, ranks=ranks, env=env, check=False)

    def finish(self, ranks, *words, given_night=None):
        """Resumes to the end; what the results are then, and how many attempts they took."""
        done = self.run("--resume", *words, ranks=ranks, given_night=given_night)
        assert done.returncode == 0, f"exit {done.returncode}\n{done.stderr}"
        return self.take_results()

    def take_results(self):
        assert not self.kept.exists(), "the checkpoint of a night that is complete is removed"
        with h5py.File(self.results) as file:
            found = {"digest": file.attrs["digest"], "night": file.attrs["night"].decode(),
                     "warnings": sorted(file["run/warnings/message"][:])}
        self.clear()
        return found

    def clear(self):
        """As if nothing had been published: a night that has been is not made again."""
        for path in self.results.parent.iterdir():
            path.unlink()

    def states(self):
        return sorted(self.kept.glob("state-*"))


def check_stop(done, kept):
    assert done.returncode == STOPPED, f"exit {done.returncode}\n{done.stderr}"
    stage = re.search(r'stopped (?:in stage "(\w+)"|before the first stage)', done.stderr)
    assert stage and "--resume" in done.stderr, done.stderr
    assert stage[1] or "from the start" in done.stderr or "last checkpoint" in done.stderr, done.stderr
    assert not list(kept.parent.glob("*.h5")), "nothing is published by a run that was stopped"
    return stage[1] or "before the first stage"


def stop_everywhere(folder, expected, safe_points, stops):
    """One stop a run, then two, each attempt at another number of ranks."""
    stages = set()
    for i in range(stops):
        ranks = 1 + i % 3
        at = FIRST + (safe_points - FIRST - 1) * i // (stops - 1)
        stages.add(check_stop(folder.run(ranks=ranks, stop_at=at), folder.kept))
        if i % 2 == 1:  # a resume that is stopped as well, as far along again
            again = folder.run("--resume", ranks=1 + (i + 2) % 3, stop_at=max(FIRST, at // 2), given_night=None)
            if again.returncode == STOPPED:
                stages.add(check_stop(again, folder.kept))
        found = folder.finish(1 + (i + 1) % 3) if again_needed(folder) else folder.take_results()
        assert found["digest"] == expected["digest"], f"stopped at safe point {at} of {safe_points} on {ranks} ranks"
        assert found["night"] == NIGHT, found["night"]
        assert found["warnings"] == expected["warnings"], f"stopped at {at}: {found['warnings']}, not {expected['warnings']}"
    return stages


def again_needed(folder):
    return not folder.results.exists()


def check_signals(tessera, folder, expected):
    """SIGUSR1 and SIGTERM to a plain process, SIGUSR1 to mpirun: heard within seconds wherever the run is."""
    launcher = [tessera.mpirun, "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-n", "2"]
    for number, (before, sent) in enumerate([([], signal.SIGUSR1), ([], signal.SIGTERM), (launcher, signal.SIGUSR1)]):
        log = folder.path / f"signal-{number}.log"
        with open(log, "w", encoding="utf-8") as out:
            run = subprocess.Popen([*before, tessera.program, "run", folder.job, "--night", NIGHT], stdout=out, stderr=out,
                                   stdin=subprocess.DEVNULL)
            while "typed by a scan" not in log.read_text(encoding="utf-8") and run.poll() is None:
                time.sleep(0.01)
            run.send_signal(sent)
            code = run.wait(timeout=120)
        assert code == STOPPED, f"exit {code}\n{log.read_text(encoding='utf-8')}"
        assert folder.finish(1)["digest"] == expected["digest"]


def check_refused(folder, code, says, *words):
    done = folder.run("--resume", *words, given_night=None)
    assert done.returncode == code and all(word in done.stderr for word in says), f"exit {done.returncode}\n{done.stderr}"


def check_refusals(folder, expected, late):
    """What must not be resumed is refused by name, and can be resumed again once it is as it was."""
    assert folder.run(ranks=2, stop_at=late).returncode == STOPPED
    check_refused(folder, BAD_JOB, ["another job", "k = 6", "k = 7"], "--set", "segmentation.swapped.k=7")
    orders = folder.path / "company" / "orders.csv"
    original = orders.read_bytes()
    orders.write_bytes(original.replace(b"1", b"2", 1))
    check_refused(folder, BAD_DATA, ["source \"orders\"", "orders.csv", "other bytes"])
    orders.write_bytes(original + original.splitlines(True)[-1])
    check_refused(folder, BAD_DATA, ["source \"orders\"", "bytes"])
    orders.write_bytes(original)  # the time is another, the bytes are not
    newest = folder.states()[-1]
    whole = newest.read_bytes()
    newest.write_bytes(whole.replace(b"tessera-checkpoint 1", b"tessera-checkpoint 9", 1))
    check_refused(folder, BAD_JOB, ["version 9"])
    newest.write_bytes(whole)
    other = folder.run("--resume", given_night="2026-02-01")
    assert other.returncode == 0 and "2026-01-31, which was never finished" in other.stderr, other.stderr
    folder.clear()
    assert folder.run(ranks=2, stop_at=late).returncode == STOPPED
    assert folder.finish(3)["digest"] == expected["digest"]


def check_damage(folder, expected, early, late):
    """A newest generation that is damaged gives way to the one before; both damaged are refused; lost accounts are read again."""
    assert folder.run(ranks=2, stop_at=early).returncode == STOPPED
    assert folder.run("--resume", ranks=1, stop_at=late - early).returncode == STOPPED
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
        folder = Folder(tessera, options, path, 4000 if options.full else 800)
        whole = folder.run()
        assert whole.returncode == 0, whole.stderr
        expected = folder.take_results()
        safe_points = int(re.search(r"safe points: (\d+)", whole.stderr)[1])
        print(whole.stderr.splitlines()[-1], flush=True)
        nothing = folder.run("--resume")
        assert nothing.returncode == 0 and "no checkpoint there" in nothing.stderr, nothing.stderr
        assert folder.take_results()["digest"] == expected["digest"]
        stages = stop_everywhere(folder, expected, safe_points, 120 if options.full else 9)
        if options.full:
            missing = {"ingest", "macro", "prepare", "kmeans", "refine", "insight", "value", "lookalike", "results"} - stages
            assert not missing, f"never stopped in {missing}"
        check_signals(tessera, folder, expected)
        check_refusals(folder, expected, safe_points // 2)
        check_damage(folder, expected, safe_points // 3, safe_points * 2 // 3)
        print(f"stopped at {', '.join(sorted(stages))}; {json.dumps(safe_points)} safe points")


if __name__ == "__main__":
    main()
