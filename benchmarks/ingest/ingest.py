"""Tessera's reading of a CSV file beside DuckDB's, pandas' and wc's: one file, in turn in one run, warm cache, medians, ratios."""

import argparse
import json
import os
import pathlib
import shlex
import statistics

from company_table import ROWS, SEED, write_table
from contenders import DUCKDB, Contenders, call

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build/release"
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "tessera-benchmarks"

# What is wanted: of whom, the least, and of what it is the measure.
WANTED = (("into typed columns, GB/s", 1.0, lambda speed: speed["tessera, typed columns"] / 1000),
          ("through the shuffle, to DuckDB", 3.0, lambda speed: speed["tessera"] / speed["duckdb"]),
          ("through the shuffle, to pandas", 6.0, lambda speed: speed["tessera"] / speed["pandas"]),
          ("through the shuffle into the account table, GB/s", 0.6, lambda speed: speed["tessera"] / 1000))


def measure(contenders, repeats):
    """Each in turn, `repeats` times over: {name: [result, …]}. Each has read the file once before it is timed."""
    results = {name: [] for name in contenders}
    for _ in range(repeats):
        for name, run in contenders.items():
            results[name].append(run())
    return results


def figures_of(results, file_bytes):
    figures = {}
    for name, runs in results.items():
        seconds = [run["seconds"] for run in runs]
        median = statistics.median(seconds)
        figures[name] = {"seconds": median, "fastest": min(seconds), "slowest": max(seconds), "mb_s": file_bytes / median / 1e6,
                         "peak_mb": max(run.get("peak_bytes", 0) for run in runs) / 1e6}
    return figures


def print_figures(figures):
    print("\n| who | s, median | fastest, slowest | MB/s | peak memory, MB |\n|---|---|---|---|---|")
    for name, one in figures.items():
        peak = f"{one['peak_mb']:.0f}" if one["peak_mb"] else ""
        print(f"| {name} | {one['seconds']:.3f} | {one['fastest']:.3f}, {one['slowest']:.3f} | {one['mb_s']:.0f} | {peak} |")
    speed = {name: one["mb_s"] for name, one in figures.items()}
    print("\n| Tessera | is | wanted |\n|---|---|---|")
    for what, least, ratio in WANTED:
        print(f"| {what} | {ratio(speed):.2f} | {least} |")


def asked():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench-ingest", default=str(BUILD / "bench_ingest"), help="built with -DTESSERA_BUILD_BENCHMARKS=ON")
    parser.add_argument("--mpirun", default="mpirun --bind-to none", help="the program that starts ranks, with its options but -n")
    parser.add_argument("--ranks", type=int, default=1, help="of Tessera; the threads are shared among them")
    parser.add_argument("--threads", type=int, default=2, help="in all, of each contender that takes a number")
    parser.add_argument("--data", default=str(CACHE / "ingest"), help="folder for the table, written where it is not there yet")
    parser.add_argument("--node-modules", default=str(CACHE / "duckdb"), help=f"folder for npm's {DUCKDB}, installed where it is not there yet")
    parser.add_argument("--pandas-python", default="/usr/bin/python3", help="a Python that has pandas")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=[], help="some of the contenders, for a quick look; prints no ratios")
    parser.add_argument("--json", help="file for the figures")
    return parser.parse_args()


def main():
    options = asked()
    table = pathlib.Path(options.data) / f"accounts-{options.rows}-seed{options.seed}.csv"
    write_table(table, options.rows, options.seed)
    file_bytes = table.stat().st_size
    chosen = Contenders(table, options.rows, options.threads)
    starter = [*shlex.split(options.mpirun), "-n", str(options.ranks)]
    everybody = {
        "tessera": chosen.tessera(starter, options.bench_ingest, options.ranks),
        "tessera, typed columns": chosen.tessera(starter, options.bench_ingest, options.ranks, ("typed",)),
        **chosen.pandas(options.pandas_python), "duckdb": chosen.duckdb(pathlib.Path(options.node_modules)), "wc -l": chosen.wc()}
    contenders = {name: run for name, run in everybody.items() if name in options.only or not options.only}
    print(f"{table}: {file_bytes / 1e6:.1f} MB, {options.rows} rows × 20 columns; {options.threads} threads on {len(os.sched_getaffinity(0))} cores, "
          f"Tessera at {options.ranks} × {max(1, options.threads // options.ranks)}", flush=True)
    figures = figures_of(measure(contenders, options.repeats), file_bytes)
    if options.only:
        print(json.dumps(figures, indent=1))
    else:
        print_figures(figures)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps({"bytes": file_bytes, "rows": options.rows, "contenders": figures}, indent=1))


if __name__ == "__main__":
    main()
