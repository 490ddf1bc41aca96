#!/usr/bin/env python3
"""Sets what `tessera plan` foretells beside what a run then takes, by stage."""
import argparse
import json
import os
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tessera", required=True, help="the program, of a release build")
    parser.add_argument("--job", type=pathlib.Path, default=ROOT / "jobs/company.toml")
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--ranks", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--company", type=pathlib.Path, help="folder of a company that is there already")
    return parser.parse_args()


def generated(asked, folder):
    only = ["--accounts-only"] if asked.job.name == "accounts_only.toml" else []
    subprocess.run([asked.tessera, "generate", "--accounts", str(asked.accounts), "--seed", "20260101", "--to", folder, *only],
                   check=True, stdout=subprocess.DEVNULL)
    return folder


def main():
    asked = arguments()
    with tempfile.TemporaryDirectory() as folder:
        company = asked.company or generated(asked, os.path.join(folder, "company"))
        env = {**os.environ, "TESSERA_COMPANY": str(company), "OMP_NUM_THREADS": str(asked.threads)}
        plan = json.loads(subprocess.run(
            [asked.tessera, "plan", asked.job, "--json", "--nodes", "1", "--tasks", str(asked.ranks),
             "--cores", str(asked.ranks * asked.threads)], check=True, env=env, capture_output=True, text=True).stdout)
        results = os.path.join(folder, "night.h5")
        launcher = ["mpirun", "--bind-to", "none", "-n", str(asked.ranks)] if asked.ranks > 1 else []
        load = os.getloadavg()[0]
        subprocess.run([*launcher, asked.tessera, "run", asked.job, "--set", f"output.path={results}"], check=True, env=env,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        shown = subprocess.run([asked.tessera, "show", results, "--json"], check=True, capture_output=True, text=True).stdout
    taken = {stage["stage"]: stage for stage in json.loads(shown)["stages"]}
    print(f"{plan['accounts']:.0f} accounts foretold, load of the machine before the run {load:.1f}")
    print("stage        s foretold   s taken   MiB foretold   MiB taken")
    for stage in plan["stages"]:
        real = taken.get(stage["stage"])
        seconds = f"{real['seconds_max']:9.2f}" if real else " " * 9
        memory = f"{real['peak_memory_bytes'] / 2**20:11.0f}" if real else ""
        print(f"{stage['stage']:10} {stage['seconds']:12.2f} {seconds} {stage['peak_memory_bytes'] / 2**20:14.0f} {memory}")


if __name__ == "__main__":
    main()
