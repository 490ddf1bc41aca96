"""What the comparison prints: the machine, the peers' libraries, and a line a case."""

import json
import os
import pathlib
import statistics
import sys

from runs import HERE, call, environment

PEERS = {"scikit-learn": "sklearn.cluster", "FAISS": "faiss"}
HEADING = "| case | Tessera, s | peers, s | ratio to the best | inertias differ by | Tessera's peak |\n|---|---|---|---|---|---|"
SLOW_BLAS = """{peer} runs on no BLAS that is fast (of OpenBLAS, MKL and BLIS it has loaded none): with the reference BLAS the ratios would flatter Tessera.
On Debian: apt install libopenblas0-pthread"""


def cpu_model():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown CPU")


def print_machine(threads, tessera):
    env = environment(threads)
    simd = json.loads(call([tessera, "doctor", "--json"], env))["simd"]["in_use"]
    print(f"Machine: {cpu_model()}, {len(os.sched_getaffinity(0))} cores, {threads} threads used")
    print(f"Tessera: {call([tessera, '--version'], env).split()[-1]}, {simd}")


def blas_in_words(blas):
    return ", ".join(f"{pool['internal_api']} {pool['version']} {pool.get('architecture') or ''}".strip() for pool in blas)


def print_peers(threads):
    """Stops where a peer would run on the reference BLAS."""
    for peer, module in PEERS.items():
        found = json.loads(call([sys.executable, HERE / "peer_libraries.py", module], environment(threads)))
        if not found["blas"]:
            sys.exit(SLOW_BLAS.format(peer=peer))
        print(f"{peer}: {found['version']}, numpy {found['numpy']}, {blas_in_words(found['blas'])}")


def figures_of(case, results):
    """Medians and what follows from them. GFLOP/s are those of plain passes: all n × k distances, each iteration and once more."""
    seconds = {name: statistics.median(run["seconds"] for run in runs) for name, runs in results.items()}
    inertia = {name: runs[0]["inertia"] for name, runs in results.items()}
    iterations = {name: runs[0]["iterations"] for name, runs in results.items()}
    peers = [value for name, value in seconds.items() if name != "tessera"]
    pass_gflop = 2e-9 * case.n * case.k * case.d
    return {"case": case.name, "n": case.n, "d": case.d, "k": case.k, "seed": case.seed,
            "seconds": seconds, "runs": {name: len(runs) for name, runs in results.items()}, "inertia": inertia, "iterations": iterations,
            "ratio": min(peers) / seconds["tessera"],
            "inertias_differ_by": max(abs(value / inertia["tessera"] - 1) for value in inertia.values()),
            "peak_mib": max(run["peak"] for run in results["tessera"]) / 2**20,
            "flops_a_byte": case.k / 2,
            "gflop_s": {name: pass_gflop * (iterations[name] + 1) / seconds[name] for name in seconds}}


def print_case(figures):
    seconds = figures["seconds"]
    peers = sorted((value, name) for name, value in seconds.items() if name != "tessera")
    once = {name: " (one run)" if figures["runs"][name] < figures["runs"]["tessera"] else "" for _, name in peers}
    others = ", ".join(f"{name} {value:.2f}{once[name]}" for value, name in peers)
    data = "{case} n={n} d={d} k={k} seed={seed}".format(**figures)
    print(f"| {data}, {figures['iterations']['tessera']} iterations | {seconds['tessera']:.3f} | {others} | {figures['ratio']:.2f} | "
          f"{figures['inertias_differ_by']:.1e} | {figures['peak_mib']:.0f} MiB |", flush=True)
