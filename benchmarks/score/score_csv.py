"""`tessera score` of a CSV file beside pandas and scikit-learn: one file, in turn in one run, warm cache, medians, the ratio."""

import argparse
import json
import os
import pathlib
import re
import shlex
import statistics
import subprocess
import sys
import time

from scored_tables import ROWS, SEED, write_tables

HERE = pathlib.Path(__file__).resolve().parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "tessera-benchmarks"
WANTED_A_SECOND = 1.5e6  # on two cores


def call(words, **more):
    done = subprocess.run([str(word) for word in words], env=dict(os.environ, **more), capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{shlex.join(map(str, words))} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def tessera(program, starter, ranks, threads, folder, new):
    """One run, from the start of the program to its end: read, scored, written, read back and compared, published."""
    before, begin = os.times(), time.perf_counter()
    told = call([*starter, program, "score", folder / "night.h5", new, "-o", folder / "scored.h5"], OMP_NUM_THREADS=str(max(1, threads // ranks)))
    seconds, after = time.perf_counter() - begin, os.times()
    stages = {stage: float(found.group(1)) for stage in ("ingest", "score") if (found := re.search(rf"^  {stage} +([0-9.]+) ", told, re.M))}
    accounts = int(re.search(r"([0-9,]+) accounts in the night", told).group(1).replace(",", ""))
    return {"accounts": accounts, "seconds": seconds, "in_memory": sum(stages.values()),
            "cpu_seconds": after.children_user + after.children_system - before.children_user - before.children_system}


def peer(python, threads, folder, new):
    limits = {name: str(threads) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    return json.loads(call([python, HERE / "peer_csv.py", "score", folder, new], **limits))


def prepare(options, folder):
    new = write_tables(folder, options.rows, options.seed)
    if not (folder / "night.h5").exists():
        call([options.tessera, "run", folder / "job.toml"], OMP_NUM_THREADS=str(options.threads))
    if not (folder / "peer.joblib").exists():
        call([options.python, HERE / "peer_csv.py", "fit", folder])
    new.read_bytes()  # into the page cache
    return new


def print_figures(results, rows):
    print("\n| who | s, median | fastest, slowest | CPU s | accounts a second |\n|---|---|---|---|---|")
    medians, cpu = {}, {}
    for name, runs in results.items():
        if any(run["accounts"] != rows for run in runs):
            sys.exit(f"{name} scored {[run['accounts'] for run in runs]} accounts of {rows}")
        seconds = [run["seconds"] for run in runs]
        medians[name] = statistics.median(seconds)
        cpu[name] = statistics.median(run["cpu_seconds"] for run in runs)
        print(f"| {name} | {medians[name]:.3f} | {min(seconds):.3f}, {max(seconds):.3f} | {cpu[name]:.2f} | {rows / medians[name]:,.0f} |")
    in_memory = statistics.median(run["in_memory"] for run in results["tessera"])
    print(f"\nTessera until accounts have their segments, nothing written: {in_memory:.2f} s, {rows / in_memory:,.0f} accounts a second")
    print(f"Tessera with all: {medians['peer'] / medians['tessera']:.2f} times as fast as {results['peer'][0]['versions']}, by CPU seconds "
          f"{cpu['peer'] / cpu['tessera']:.2f} times; "
          f"{rows / medians['tessera'] / WANTED_A_SECOND:.2f} of the {WANTED_A_SECOND:,.0f} accounts a second that are wanted on two cores")


def asked():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tessera", default=str(HERE.parents[1] / "build/release/tessera"))
    parser.add_argument("--mpirun", default="mpirun --bind-to none", help="the program that starts ranks, with its options but -n")
    parser.add_argument("--ranks", type=int, default=1, help="of Tessera; the threads are shared among them")
    parser.add_argument("--threads", type=int, default=2, help="in all, of each")
    parser.add_argument("--data", default=str(CACHE / "score"), help="folder for the tables and models, made where they are not there yet")
    parser.add_argument("--python", default="/usr/bin/python3", help="a Python that has pandas and scikit-learn")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--repeats", type=int, default=5)
    return parser.parse_args()


def main():
    options = asked()
    folder = pathlib.Path(options.data) / f"seed-{options.seed}"
    new = prepare(options, folder)
    starter = [*shlex.split(options.mpirun), "-n", options.ranks] if options.ranks > 1 else []
    print(f"{new}: {new.stat().st_size / 1e6:.1f} MB, {options.rows} accounts, seed {options.seed}; {options.threads} threads on "
          f"{len(os.sched_getaffinity(0))} cores, Tessera at {options.ranks} × {max(1, options.threads // options.ranks)}; "
          f"load {os.getloadavg()[0]:.1f}", flush=True)
    results = {"tessera": [], "peer": []}
    for _ in range(options.repeats):
        results["tessera"].append(tessera(options.tessera, starter, options.ranks, options.threads, folder, new))
        results["peer"].append(peer(options.python, options.threads, folder, new))
    print_figures(results, options.rows)
    print(f"load at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
