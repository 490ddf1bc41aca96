"""Publishing under faults: whatever call is the last that a night makes, or fails, the old results stay readable or the new ones are
complete, and the next attempt cleans up and comes to the same digest.

Also: a night that is published already is left alone; of two runs of one night the second is told whose it is; an attempt that was
taken over and comes back publishes nothing; what a run leaves in figures is valid.
"""

import errno
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))
import h5py  # noqa: E402
import night  # noqa: E402

ACCOUNTS = "account_id,industry,employees,revenue\n" + "".join(
    f"A{i},{'Software' if i % 2 else 'Retail'},{10 + i % 90},{1000 + 37 * (i % 11)}\n" for i in range(200))
JOB = """name = "nightly"
[[source]]
name = "crm"
path = "accounts.csv"
key = "account_id"
[[segmentation]]
name = "s"
features = ["employees", "revenue", "industry"]
k = 3
[output]
path = "out/{night}.h5"
keep = 2
"""
BEFORE, OLD, NEW = "2026-01-29", "2026-01-30", "2026-01-31"


class Nights:
    """A folder with a job, its source and its nights."""

    def __init__(self, tessera, folder, preload=""):
        self.tessera, self.folder, self.preload = tessera, folder, preload
        self.out = folder / "out"

    def call(self, date=NEW, ranks=1, env=None, words=()):
        return self.tessera.call("run", self.folder / "job.toml", "--night", date, *words, ranks=ranks, env=env, check=False,
                                 timeout_s=60)

    def with_fault(self, at, how, ranks=1):
        return self.call(ranks=ranks, env={"LD_PRELOAD": self.preload, "TESSERA_FAULT_FOLDER": str(self.out),
                                           "TESSERA_FAULT_AT": str(at), "TESSERA_FAULT_HOW": str(how),
                                           "TESSERA_FAULT_LOG": str(self.folder / "calls.log")})

    def start(self, env=None, words=()):
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OMPI_ALLOW_RUN_AS_ROOT": "1",
                       "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", **(env or {})}
        return subprocess.Popen([self.tessera.program, "run", self.folder / "job.toml", "--night", NEW, *words], env=environment,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def digest(self, name):
        with h5py.File(self.out / name) as file:
            assert file["accounts/account_id"][:].size == 200, name
            return file.attrs["digest"].decode()

    def manifest(self, date):
        return json.loads((self.out / f"{date}.json").read_text())

    def runs(self):
        return [json.loads(line) for line in (self.out / "runs.jsonl").read_text().splitlines() if line]

    def left(self):
        """What nobody needs any more; but a file without an owner's name may be somebody's who is about to write it."""
        return sorted(path.name for path in self.out.iterdir() if ".partial" in path.name or
                      (".lock" in path.name and path.stat().st_size > 0))


def ok(done, label):
    assert done.returncode == 0, f"{label}: exit {done.returncode}\n{done.stderr}"
    return done


def check_readable(nights, digests, label):
    """The promise: old results as they were, and of the new ones all or nothing."""
    assert nights.digest(f"{OLD}.h5") == digests[OLD], label
    newest = os.readlink(nights.out / "latest.h5")
    assert nights.digest("latest.h5") == digests[newest.removesuffix(".h5")], label
    if (nights.out / f"{NEW}.h5").exists():
        assert nights.digest(f"{NEW}.h5") == digests[NEW], label
    if (nights.out / f"{NEW}.json").exists():
        manifest = nights.manifest(NEW)
        assert manifest["results"]["digest"] == digests[NEW] and newest == f"{NEW}.h5", f"{label}: {manifest}, {newest}"
        assert nights.digest(f"{NEW}.h5") == digests[NEW], f"{label}: a manifest and no results"


def check_one_fault(nights, digests, at, how, ranks):
    label = f"{how} at call {at} on {ranks} ranks"
    done = nights.with_fault(at, how, ranks)
    check_readable(nights, digests, label)
    if not str(how).startswith("kill"):
        assert done.returncode in (0, 74), f"{label}: exit {done.returncode}\n{done.stderr}"
        assert done.returncode == 0 or "tessera: " in done.stderr, f"{label}: {done.stderr}"
    again = ok(nights.call(ranks=ranks), f"after {label}").stdout
    check_readable(nights, digests, f"after {label}")
    assert nights.digest("latest.h5") == nights.manifest(NEW)["results"]["digest"] == digests[NEW], label
    assert not nights.left(), f"{label}: left {nights.left()}"
    if "already published" not in again:
        assert not (nights.out / f"{BEFORE}.h5").exists() and not (nights.out / f"{BEFORE}.json").exists(), label


def faults(calls, full):
    """The short test leaves out half of those that change no name, and the room reserved for each table, which is many calls and
    one story: bad_input.py has it."""
    for at in range(1, max(calls) + 1):
        if full:
            yield from ((at, how) for how in ("kill", "kill-after", errno.EIO, errno.ENOSPC))
        elif calls[at] in ("link", "rename", "symlink", "unlink") or (calls[at] != "fallocate" and at % 2):
            yield at, ("kill", errno.EIO, "kill-after")[at % 3]


def check_faults(tessera, preload, folder, ranks, full):
    template = folder / f"template{ranks}"
    template.mkdir()
    (template / "accounts.csv").write_text(ACCOUNTS)
    (template / "job.toml").write_text(JOB)
    first = Nights(tessera, template, preload)
    for date in (BEFORE, OLD):
        ok(first.call(date, ranks), date)

    def fresh():
        shutil.rmtree(folder / "nights", ignore_errors=True)
        shutil.copytree(template, folder / "nights", symlinks=True)
        return Nights(tessera, folder / "nights", preload)

    whole = fresh()
    ok(whole.with_fault(0, "kill", ranks), "undisturbed")
    calls = (whole.folder / "calls.log").read_text().splitlines()
    for call in ("link", "rename", "symlink", "fsync", "write", "unlink", "remove"):
        assert any(f" {call} " in line for line in calls), f"no {call} was seen: the fault is not where it should be\n{calls}"
    calls = {int(line.split()[0]): line.split()[1] for line in calls}
    digests = {date: whole.digest(f"{date}.h5") for date in (OLD, NEW)}
    tried = list(faults(calls, full))
    for at, how in tried:
        check_one_fault(fresh(), digests, at, how, ranks)
    print(f"{len(tried)} faults at {max(calls)} calls on {ranks} ranks: never half a night", flush=True)


def check_already_published(nights):
    digest = nights.digest(f"{NEW}.h5")
    before = (nights.out / f"{NEW}.h5").stat()
    for ranks in (1, 3):
        done = ok(nights.call(ranks=ranks), "again")
        assert "already published" in done.stdout and digest in done.stdout, done.stdout
        after = (nights.out / f"{NEW}.h5").stat()
        assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    run, page = nights.runs()[-1], check_exposition((nights.out / "last_run.prom").read_text())
    assert (run["outcome"], run["digest"], run["accounts"]) == ("already published", digest, 200), run
    assert (run["read_bytes"], run["written_bytes"]) == (len(ACCOUNTS), before.st_size), run
    assert [one["core_segments"] for one in run["segmentations"]] == [3] and run["sources"][0]["used"] == 200, run
    assert page["tessera_accounts"] == [200] and page["tessera_run_peak_memory_bytes"][0] > 1e6, page

    def expect_built(why, words=()):
        done = ok(nights.call(words=words), why)
        assert "already published" not in done.stdout, why

    (nights.folder / "ids.txt").write_text("A7\n")
    expect_built("accounts to forget", ["--forget", nights.folder / "ids.txt"])
    assert "already published" in nights.call(words=["--forget", nights.folder / "ids.txt"]).stdout
    expect_built("nobody to forget any more")
    expect_built("another job", ["--set", "segmentation.s.k=4"])
    expect_built("the job again")
    (nights.out / f"{NEW}.h5").write_bytes((nights.out / f"{OLD}.h5").read_bytes())
    expect_built("results of another night under the name")
    text = (nights.folder / "accounts.csv").read_text()
    (nights.folder / "accounts.csv").write_text(text.replace("A7,Software", "A7,Retail"))
    expect_built("a byte of a source")
    assert nights.digest("latest.h5") != digest
    (nights.folder / "accounts.csv").write_text(text)
    expect_built("the source as it was")
    assert nights.digest("latest.h5") == digest


def check_what_else_makes_a_night(nights):
    """A file of centroids is no source, and decides what the night is."""
    words = ["--set", "segmentation.s.initial=centroids.h5:C"]
    for number in (1.0, 2.0):
        with h5py.File(nights.folder / "centroids.h5", "w") as file:
            file["C"] = [[number * row] * 4 for row in range(3)]
        done = ok(nights.call(words=words), f"centroids {number}")
        assert "already published" not in done.stdout, f"centroids {number}"
    ok(nights.call(), "the job again")


def is_stopped(process):
    return pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] in "TZ"


def stopped_at_work(nights, env=None, words=()):
    """A run that holds the night's lock, has begun, and does not go on. On a busy machine it may be past that before it is stopped."""
    for _ in range(20):
        (nights.out / f"{NEW}.json").unlink(missing_ok=True)
        process = nights.start(env, words)
        while "typed by a scan" not in process.stderr.readline():
            assert process.poll() is None, process.communicate()
        process.send_signal(signal.SIGSTOP)
        while not is_stopped(process):
            time.sleep(0.001)
        if not (nights.out / f"{NEW}.json").exists() and not any(".partial" in path.name for path in nights.out.iterdir()):
            return process
        process.send_signal(signal.SIGCONT)
        process.communicate(timeout=60)
    raise AssertionError("no run was stopped before it wrote")


def check_two_runs_at_once(nights):
    first = stopped_at_work(nights)
    done = nights.call()
    assert done.returncode == 74 and f"process {first.pid}" in done.stderr, f"exit {done.returncode}\n{done.stderr}"
    assert nights.runs()[-1]["outcome"] == "failed" and nights.runs()[-1]["exit_code"] == 74
    first.send_signal(signal.SIGCONT)
    _, errors = first.communicate(timeout=60)
    assert first.returncode == 0, errors
    assert not nights.left(), nights.left()


def check_fencing(nights, stops):
    """Slurm gave a node up and started the job again; the node was only cut off, and its attempt goes on, or stops."""
    slurm = {"SLURM_JOB_ID": "4711", "SLURM_CLUSTER_NAME": "test"}
    cut_off = stopped_at_work(nights, {**slurm, "SLURM_RESTART_COUNT": "0"}, ["--set", "segmentation.s.k=4"])
    ok(nights.call(env={**slurm, "SLURM_RESTART_COUNT": "1"}), "requeued")
    manifest = nights.manifest(NEW)
    assert manifest["attempt"] == 2 and manifest["slurm_restart"] == 1, manifest
    if stops:
        cut_off.send_signal(signal.SIGUSR1)
    cut_off.send_signal(signal.SIGCONT)
    _, errors = cut_off.communicate(timeout=60)
    assert cut_off.returncode == (75 if stops else 74) and "taken for dead" in errors, f"exit {cut_off.returncode}\n{errors}"
    assert nights.manifest(NEW) == manifest and not nights.left(), nights.left()
    assert not list(nights.out.glob("*.checkpoint")), "of a night that is not its own it keeps nothing to go on with"
    with h5py.File(nights.out / f"{NEW}.h5") as file:
        assert file["run"].attrs["run_id"].decode() == manifest["run_id"] and file["run"].attrs["attempt"] == 2


def check_exposition(text):
    """Prometheus' text format: HELP and TYPE before a metric's samples, which stand together; no timestamps."""
    name, label = r"[a-zA-Z_:][a-zA-Z0-9_:]*", r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"'
    sample = re.compile(rf"({name})(?:\{{({label}(?:,{label})*)\}})? (NaN|[+-]Inf|-?[0-9.]+(?:e[+-]?[0-9]+)?)")
    assert text.endswith("\n")
    current, seen, series, values = None, set(), set(), {}
    for line in text.splitlines():
        if line.startswith("# HELP "):
            current = line.split()[2]
            assert current not in seen, f"{current} twice"
            seen.add(current)
        elif line.startswith("# TYPE "):
            assert line.split()[2:] == [current, "gauge"], line
        else:
            match = sample.fullmatch(line)
            assert match and match[1] == current, line
            assert (match[1], match[2]) not in series, line
            series.add((match[1], match[2]))
            values.setdefault(match[1], []).append(float(match[3]))
    return values


def check_missing_figures(nights):
    """A run may be ended between its manifest and its figures: who finds the night published writes what its results tell."""
    path = nights.out / f"{NEW}.prom"
    text = path.read_text()
    unknown = {"tessera_run_seconds", "tessera_stage_imbalance_ratio"}
    # The results cannot tell of their own writing, nor of how much memory that took.
    told = "\n".join(line for line in text.splitlines() if 'stage="results"' not in line) + "\n"
    known = {name: values for name, values in check_exposition(told).items() if name not in unknown}
    known["tessera_run_peak_memory_bytes"] = [max(known["tessera_stage_peak_memory_bytes"])]
    of_an_earlier_run = text.replace(nights.manifest(NEW)["run_id"], "0123456789abcdef")
    for left in (None, of_an_earlier_run):
        path.unlink()
        if left:
            path.write_text(left)
        assert "already published" in ok(nights.call(), "again").stdout
        assert check_exposition(path.read_text()) == known, (path.read_text(), known)
    path.write_text(text)
    ok(nights.call(), "again")
    assert path.read_text() == text, "what the run itself has told stays"


def check_collector(nights):
    """[output] metrics: in another program's folder, whole or not at all."""
    collector = nights.folder / "collector"
    words = ["--set", "output.metrics=collector/tessera-{name}.prom"]
    before = (nights.out / "last_run.prom").read_text()
    assert "the run's record is not complete" in ok(nights.call(words=words), "no folder").stderr
    collector.mkdir()
    (collector / "tessera-nightly.prom.partial-of-a-run-that-was-killed").write_text("half")
    (collector / "other.prom").write_text("another program's")
    ok(nights.call(words=words), "collected")
    assert sorted(path.name for path in collector.iterdir()) == ["other.prom", "tessera-nightly.prom"]
    values = check_exposition((collector / "tessera-nightly.prom").read_text())
    assert values["tessera_run_exit_code"] == [0] and (collector / "tessera-nightly.prom").stat().st_mode & 0o777 == 0o644
    assert (nights.out / "last_run.prom").read_text() == before


def check_figures(nights):
    values = check_exposition((nights.out / f"{NEW}.prom").read_text())
    assert (nights.out / f"{NEW}.prom").read_text() == (nights.out / "last_run.prom").read_text()
    assert values["tessera_accounts"] == [200] and sum(values["tessera_source_rows"]) == 200, values
    assert values["tessera_run_exit_code"] == [0] and len(values["tessera_stage_imbalance_ratio"]) >= 5
    assert abs(values["tessera_last_published_timestamp_seconds"][0] - time.time()) < 3600
    run = nights.runs()[-1]
    assert run["outcome"] == "published" and run["digest"] == nights.digest(f"{NEW}.h5"), run
    assert run["read_bytes"] == len(ACCOUNTS) and run["written_bytes"] == (nights.out / f"{NEW}.h5").stat().st_size
    source = (nights.folder / "accounts.csv")
    source.rename(nights.folder / "elsewhere.csv")
    assert nights.call("2026-02-01").returncode == 66
    run = nights.runs()[-1]
    assert (run["outcome"], run["exit_code"], run["night"]) == ("failed", 66, "2026-02-01") and "accounts.csv" in run["message"]
    failed = check_exposition((nights.out / "last_run.prom").read_text())
    assert failed["tessera_run_exit_code"] == [66], failed
    assert failed["tessera_last_published_timestamp_seconds"] == values["tessera_last_published_timestamp_seconds"]
    (nights.folder / "elsewhere.csv").rename(source)
    assert nights.call("2026-02-02", words=["--set", "segmentation.s.k=0"]).returncode == 78
    run = nights.runs()[-1]
    assert (run["outcome"], run["exit_code"], run["night"]) == ("failed", 78, "2026-02-02") and "k of" in run["message"], run
    assert check_exposition((nights.out / "last_run.prom").read_text())["tessera_run_exit_code"] == [78]


def check_what_writes_nothing(nights):
    """Where the results will be, and what a run would do."""
    before = (nights.out / "runs.jsonl").read_text()
    there = ["--set", 'output.path=nights to go/{night} to b.h5']
    assert nights.call("2026-02-03", words=["--where", *there]).stdout == f"{nights.folder}/nights to go/2026-02-03 to b.h5\n"
    assert nights.call(words=["--where", "--set", "segmentation.s.k=0"]).returncode == 78
    assert nights.call(words=["--dry-run", "--set", "segmentation.s.k=0"]).returncode == 78
    told = nights.call("2026-02-03", words=["--dry-run", "--set", "previous.path=out/latest.h5", "--set", "gate.max_moved=0.3"]).stdout
    for words in (f"{nights.out}/{NEW}.h5: ids, names and notes go on", "the night is held", "evolve → gate"):
        assert words in told, told
    assert (nights.out / "runs.jsonl").read_text() == before and not (nights.folder / "nights to go").exists()


def check_readers(nights):
    """The owner alone, unless the job lets the group."""
    def rights():
        return {name: (nights.out / name).stat().st_mode & 0o777 for name in (f"{NEW}.h5", f"{NEW}.json", "runs.jsonl")}

    assert set(rights().values()) == {0o600}, rights()
    ok(nights.call(words=["--set", "output.readable_by=group"]), "for the group")
    assert rights() == {f"{NEW}.h5": 0o640, f"{NEW}.json": 0o640, "runs.jsonl": 0o600}, rights()


def main():
    parser = night.arguments(__doc__)
    parser.add_argument("--failing-calls", required=True, help="the library that LD_PRELOAD takes; \"none\" where it cannot")
    parser.add_argument("--full", action="store_true", help="every fault at every call, also on 3 ranks")
    options = parser.parse_args()
    tessera = night.Tessera(options)
    with night.temporary_folder() as name:
        folder = pathlib.Path(name)
        if options.failing_calls == "none":
            print("NOT RUN: faults at each call, as a sanitizer's library has to be loaded first")
        else:
            for ranks in (1, 3) if options.full else (1,):
                check_faults(tessera, options.failing_calls, folder, ranks, options.full)
        (folder / "plain").mkdir()
        (folder / "plain/accounts.csv").write_text(ACCOUNTS)
        (folder / "plain/job.toml").write_text(JOB)
        nights = Nights(tessera, folder / "plain")
        for date in (OLD, NEW):
            ok(nights.call(date, ranks=2), date)
        check_figures(nights)
        check_what_writes_nothing(nights)
        check_missing_figures(nights)
        check_already_published(nights)
        check_what_else_makes_a_night(nights)
        check_two_runs_at_once(nights)
        check_fencing(nights, stops=False)
        check_fencing(nights, stops=True)
        check_readers(nights)
        check_collector(nights)
    print("published once, by one run at a time, and in figures")


if __name__ == "__main__":
    main()
