#!/usr/bin/env python3
"""Times a whole night of the generated company by stage, and each stage against the k-means of the same run."""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEED = "20260101"  # of the generated company and of jobs/company.toml


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tessera", required=True, help="the program, of a release build")
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--set", action="append", default=[], help="key=value for the job, as `tessera run` takes it")
    parser.add_argument("--company", type=pathlib.Path, help="folder of a company that is there already")
    return parser.parse_args()


def generated(tessera, accounts, folder):
    subprocess.run([tessera, "generate", "--accounts", str(accounts), "--seed", SEED, "--to", folder],
                   check=True, stdout=subprocess.DEVNULL)
    return folder


def one_night(tessera, company, folder, sets):
    """Seconds by stage, of the slowest rank."""
    results = os.path.join(folder, "night.h5")
    command = [tessera, "run", str(ROOT / "jobs" / "company.toml"), "--set", f"output.path={results}"]
    for value in sets:
        command += ["--set", value]
    subprocess.run(command, check=True, env={**os.environ, "TESSERA_COMPANY": str(company)},
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    shown = subprocess.run([tessera, "show", results, "--json"], check=True, capture_output=True, text=True)
    os.unlink(results)
    os.unlink(results.removesuffix(".h5") + ".json")
    return {stage["stage"]: stage["seconds_max"] for stage in json.loads(shown.stdout)["stages"]}


def main():
    asked = arguments()
    with tempfile.TemporaryDirectory() as folder:
        company = asked.company or generated(asked.tessera, asked.accounts, os.path.join(folder, "company"))
        nights = [one_night(asked.tessera, company, folder, asked.set) for _ in range(asked.runs)]
    medians = {stage: statistics.median(night[stage] for night in nights) for stage in nights[0]}
    print(f"{asked.accounts:,} accounts, seed {SEED}, medians of {asked.runs}")
    for stage, seconds in medians.items():
        print(f"{stage:<12} {seconds:8.2f} s {seconds / medians['kmeans']:8.2f} of the k-means")
    return 0


if __name__ == "__main__":
    sys.exit(main())
