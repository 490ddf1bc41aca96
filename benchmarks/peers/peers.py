"""Tessera's k-means beside scikit-learn's and FAISS's: same data, same initial centroids, in turn in one run, medians, ratios.

The clustering alone is timed on both sides: updates and one final pass, no loading and no writing.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import h5py
import numpy

from cases import CASES, generate

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parents[1]

JOB = """name = "peers"
[[source]]
name = "m"
kind = "matrix"
path = "x.h5"
dataset = "X"
[[segmentation]]
name = "peers"
features = "all"
scale = "none"
k = {k}
starts = 1
max_iterations = {iterations}
tolerance = 0.0
initial = "x.h5:initial"
[output]
path = "out.h5"
"""


def environment(threads, **more):
    """The peers' best setting: no core type forced on OpenBLAS, as many threads as Tessera has."""
    chosen = {key: value for key, value in os.environ.items() if key not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    return dict(chosen, OMP_NUM_THREADS=str(threads), **more)


def call(words, env):
    done = subprocess.run([str(word) for word in words], env=env, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def time_tessera(options, folder, case):
    env = environment(options.threads)
    call([options.tessera, "run", folder / "job.toml"], env)
    summary = json.loads(call([options.tessera, "show", folder / "out.h5", "--json"], env))
    (segmentation,) = summary["segmentations"]
    (seconds,) = [stage["seconds_max"] for stage in summary["stages"] if stage["stage"] == "kmeans"]
    peak = max(stage["peak_memory_bytes"] for stage in summary["stages"])
    return {"seconds": seconds, "inertia": segmentation["inertia"], "iterations": segmentation["iterations"], "peak": peak}


def time_peer(options, script, folder, case, algorithm="-", **more):
    words = [sys.executable, HERE / script, folder, algorithm, case.iterations]
    return json.loads(call(words, environment(options.threads, **more)))


def runners(options, case):
    """Who runs on a case, by name. Elkan keeps n × k bounds and FAISS has no end but its iterations: left out where they cannot."""
    chosen = {"tessera": lambda folder: time_tessera(options, folder, case),
              "sklearn lloyd": lambda folder: time_peer(options, "peer_scikit_learn.py", folder, case, "lloyd")}
    if case.k <= 256:
        chosen["sklearn elkan"] = lambda folder: time_peer(options, "peer_scikit_learn.py", folder, case, "elkan")
    if case.iterations <= 20:
        chosen["FAISS"] = lambda folder: time_peer(options, "peer_faiss.py", folder, case, OPENBLAS_NUM_THREADS="1")
    return chosen


def measure(options, case):
    """Each runner in turn, `repeats` times over: {name: [result, …]}."""
    results = {}
    with tempfile.TemporaryDirectory(prefix="tessera-peers-") as name:
        folder = pathlib.Path(name)
        x, initial = generate(case, options.scale)
        numpy.save(folder / "x.npy", x)
        numpy.save(folder / "initial.npy", initial)
        with h5py.File(folder / "x.h5", "w") as file:
            file["X"], file["initial"] = x, initial
        (folder / "job.toml").write_text(JOB.format(k=case.k, iterations=case.iterations))
        del x
        for _ in range(options.repeats):
            for runner, run in runners(options, case).items():
                results.setdefault(runner, []).append(run(folder))
    return results


def report(case, results):
    median = {name: statistics.median(run["seconds"] for run in runs) for name, runs in results.items()}
    inertia = {name: runs[0]["inertia"] for name, runs in results.items()}
    peers = {name: seconds for name, seconds in median.items() if name != "tessera"}
    best = min(peers, key=peers.get)
    differs = max(abs(value / inertia["tessera"] - 1) for value in inertia.values())
    others = ", ".join(f"{name} {seconds:.2f}" for name, seconds in sorted(peers.items(), key=lambda item: item[1]))
    print(f"| {case.name} n={case.n} d={case.d} k={case.k} seed={case.seed}, {results['tessera'][0]['iterations']} iterations | "
          f"{median['tessera']:.3f} | {others} | {peers[best] / median['tessera']:.2f} | {differs:.1e} | "
          f"{max(run['peak'] for run in results['tessera']) / 2**20:.0f} MiB |", flush=True)
    return {"case": case.name, "seconds": median, "inertia": inertia, "ratio": peers[best] / median["tessera"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tessera", default=str(PROJECT / "build/release/tessera"))
    parser.add_argument("--cases", nargs="*", default=list(CASES))
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the accounts, for a quick look")
    parser.add_argument("--json", help="file for the figures")
    options = parser.parse_args()
    print("| case | Tessera, s | peers, s | ratio to the best | inertias differ by | Tessera's peak |\n|---|---|---|---|---|---|")
    figures = [report(CASES[name], measure(options, CASES[name])) for name in options.cases]
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
