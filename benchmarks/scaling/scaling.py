"""Tessera's k-means at one rank of two threads, two ranks of one, and one of one: in turn in one run, medians, ratios."""

import argparse
import json
import pathlib
import shlex
import statistics
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "peers"))

from cases import CASES, scaled
from report import print_machine
from runs import BUILD, call, environment, prepare, time_tessera

LAYOUTS = ((1, 2), (2, 1), (1, 1))  # ranks, threads of each
HEADING = ("| case | 1 × 2, s | 2 × 1, s | 1 × 1, s | 2 × 1 to 1 × 2 | speed-up of the second rank | reductions, s | their share |\n"
           "|---|---|---|---|---|---|---|---|")


def starter(options, ranks):
    return [*shlex.split(options.mpirun), "-n", str(ranks)]


def measure(options, case):
    """Each layout in turn, `repeats` times over: {(ranks, threads): [result, …]}."""
    results = {}
    with tempfile.TemporaryDirectory(prefix="tessera-scaling-") as name:
        folder = pathlib.Path(name)
        prepare(case, folder)
        for _ in range(options.repeats):
            for ranks, threads in LAYOUTS:
                run = time_tessera(options.tessera, folder, threads, starter(options, ranks))
                results.setdefault((ranks, threads), []).append(run)
    return results


def reduction_seconds(options, case, iterations):
    """What as many reductions cost two ranks that do nothing else."""
    words = [*starter(options, 2), options.all_reduce, case.k, case.d, iterations]
    return json.loads(call(words, environment(1)))["seconds"]


def compare(options, name):
    case = scaled(CASES[name], options.scale)
    results = measure(options, case)
    if len({run["digest"] for runs in results.values() for run in runs}) != 1:
        sys.exit(f"{name}: the layouts' digests differ, which none may")
    seconds = {layout: statistics.median(run["seconds"] for run in runs) for layout, runs in results.items()}
    iterations = results[2, 1][0]["iterations"]
    reductions = reduction_seconds(options, case, iterations)
    print(f"| {case.name} n={case.n} d={case.d} k={case.k}, {iterations} iterations | "
          f"{seconds[1, 2]:.3f} | {seconds[2, 1]:.3f} | {seconds[1, 1]:.3f} | {seconds[2, 1] / seconds[1, 2]:.2f} | "
          f"{seconds[1, 1] / seconds[2, 1]:.2f} | {reductions:.4f} | {reductions / seconds[2, 1]:.1%} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tessera", default=str(BUILD / "tessera"))
    parser.add_argument("--all-reduce", default=str(BUILD / "bench_all_reduce"), help="built with -DTESSERA_BUILD_BENCHMARKS=ON")
    parser.add_argument("--mpirun", default="mpirun --bind-to none", help="the program that starts ranks, with its options but -n")
    parser.add_argument("--cases", nargs="*", default=["A", "E", "G"], choices=list(CASES))
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the accounts, for a quick look")
    options = parser.parse_args()
    print_machine(2, options.tessera)
    print(f"\n{HEADING}", flush=True)
    for name in options.cases:
        compare(options, name)


if __name__ == "__main__":
    main()
