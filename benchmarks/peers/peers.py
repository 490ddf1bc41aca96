"""Tessera's k-means beside scikit-learn's and FAISS's: same data, same initial centroids, in turn in one run, medians, ratios.

The clustering alone is timed on both sides: updates and one final pass, no loading and no writing.
"""

import argparse
import json
import os
import pathlib
import sys
import tempfile

from cases import CASES, scaled
from report import HEADING, cpu_model, figures_of, print_case, print_machine, print_peers
from roofline import write_roofline
from runs import BUILD, call, environment, prepare, time_peer, time_tessera

AGREED = 1e-4  # share by which inertias may differ
HOPELESS = 2.0  # a peer that takes so many times as long as the best one in the first round runs only once


def runners(options, case):
    """Who runs on a case, by name. Elkan keeps n × k bounds and FAISS has no end but its iterations: left out where they cannot."""
    threads = options.threads
    chosen = {"tessera": lambda folder: time_tessera(options.tessera, folder, threads),
              "sklearn lloyd": lambda folder: time_peer("peer_scikit_learn.py", folder, case, threads, "lloyd")}
    if case.k <= 256:
        chosen["sklearn elkan"] = lambda folder: time_peer("peer_scikit_learn.py", folder, case, threads, "elkan")
    if case.iterations <= 20:
        chosen["FAISS"] = lambda folder: time_peer("peer_faiss.py", folder, case, threads, OPENBLAS_NUM_THREADS="1")
    return chosen


def measure(options, case):
    """Each runner in turn, `repeats` times over: {name: [result, …]}."""
    results = {}
    with tempfile.TemporaryDirectory(prefix="tessera-peers-") as name:
        folder = pathlib.Path(name)
        prepare(case, folder)
        chosen = runners(options, case)
        for _ in range(options.repeats):
            for runner, run in chosen.items():
                results.setdefault(runner, []).append(run(folder))
            chosen = in_the_running(chosen, results)
    return results


def in_the_running(chosen, results):
    """Without the peers that cannot be the best one of their case any more: some take minutes."""
    first = {runner: runs[0]["seconds"] for runner, runs in results.items() if runner != "tessera"}
    best = min(first.values())
    return {runner: run for runner, run in chosen.items() if first.get(runner, best) <= HOPELESS * best}


def compare(options, name):
    case = scaled(CASES[name], options.scale)
    figures = figures_of(case, measure(options, case))
    print_case(figures)
    return figures


def measured_roofs(options):
    roofs = json.loads(call([options.roofs], environment(options.threads)))
    print(f"Roofs: {roofs['gflop_s']} GFLOP/s of float multiply-adds, {roofs['read_gb_s']} GB/s read, {roofs['threads']} threads")
    return roofs


def asked():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tessera", default=str(BUILD / "tessera"))
    parser.add_argument("--cases", nargs="*", default=list(CASES), choices=list(CASES))
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the accounts, for a quick look")
    parser.add_argument("--json", help="file for the figures")
    parser.add_argument("--roofline", help="file for a roofline plot (SVG); takes bench_roofs, built with -DTESSERA_BUILD_BENCHMARKS=ON")
    parser.add_argument("--roofs", default=str(BUILD / "bench_roofs"), help="where bench_roofs is")
    return parser.parse_args()


def main():
    options = asked()
    print_machine(options.threads, options.tessera)
    print_peers(options.threads)
    roofs = measured_roofs(options) if options.roofline else None
    print(f"\n{HEADING}", flush=True)
    figures = [compare(options, name) for name in options.cases]
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(figures, indent=1))
    if options.roofline:
        write_roofline(options.roofline, cpu_model(), roofs, figures)
    if apart := [figure["case"] for figure in figures if figure["inertias_differ_by"] > AGREED]:
        sys.exit(f"inertias differ by more than {AGREED} in {', '.join(apart)}")


if __name__ == "__main__":
    main()
