#!/usr/bin/env python3
"""Sets what `tessera plan` foretells beside what a run then takes, by stage."""
import argparse
import json
import os
import pathlib
import resource
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
NIGHTS_BEFORE = '\n[previous]\npath = "{last}"\n[gate]\n[review]\nbaseline = "{last}"\n'
FIRST, SECOND = "2026-01-01", "2026-01-02"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tessera", required=True, help="the program, of a release build")
    parser.add_argument("--job", type=pathlib.Path, default=ROOT / "jobs/company.toml")
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--ranks", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--second-night", action="store_true", help="compare the night after, that goes on from the first and has it as its baseline")
    parser.add_argument("--work", help="folder for the company and the results, some 1.3 GB a million accounts (default: that for temporary files)")
    asked = parser.parse_args()
    asked.tessera = os.path.abspath(asked.tessera)
    return asked


def generate(asked, folder, night):
    only = ["--accounts-only"] if asked.job.name == "accounts_only.toml" else []
    subprocess.run([asked.tessera, "generate", "--accounts", str(asked.accounts), "--seed", "20260101", "--night", str(night), "--to", folder / "company",
                    *only], check=True, stdout=subprocess.DEVNULL)


def environment(asked, folder):
    return {**os.environ, "TESSERA_COMPANY": str(folder / "company"), "OMP_NUM_THREADS": str(asked.threads)}


def foretold(asked, folder, job, night):
    words = [asked.tessera, "plan", job, "--json", "--night", night, "--nodes", "1", "--tasks", str(asked.ranks),
             "--cores", str(asked.ranks * asked.threads)]
    return json.loads(subprocess.run(words, check=True, env=environment(asked, folder), capture_output=True, text=True).stdout)


def run(asked, folder, job, night):
    """What the run wrote of itself, and the core seconds of all of its processes."""
    results = folder / "results" / f"{night}.h5"
    launcher = ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", str(asked.ranks)] if asked.ranks > 1 else []
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*launcher, asked.tessera, "run", job, "--night", night, "--set", f"output.path={results}"], check=True,
                   env=environment(asked, folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    record = json.loads((results.parent / "runs.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    return record, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(asked, folder):
    job, night = folder / "job.toml", FIRST
    text = asked.job.read_text(encoding="utf-8")
    generate(asked, folder, 0)
    job.write_text(text, encoding="utf-8")
    if asked.second_night:
        job.write_text(text + NIGHTS_BEFORE.format(last=folder / "results" / f"{FIRST}.h5"), encoding="utf-8")
        run(asked, folder, job, FIRST)
        generate(asked, folder, 1)
        night = SECOND
    plan = foretold(asked, folder, job, night)
    return plan, *run(asked, folder, job, night)


def main():
    asked = arguments()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(dir=asked.work) as folder:
        plan, record, core_seconds = compare(asked, pathlib.Path(folder))
    taken = {stage["stage"]: stage for stage in record["stages"]}
    print(f"{asked.job.stem}, {asked.accounts} accounts ({plan['accounts']:.0f} foretold), {asked.ranks} x {asked.threads}, "
          f"{'second' if asked.second_night else 'first'} night; load {load:.1f} before, {os.getloadavg()[0]:.1f} after")
    print("stage        s foretold   s taken   MiB foretold   MiB taken")
    for stage in plan["stages"]:
        real = taken.get(stage["stage"], {"seconds_max": 0.0, "peak_memory_bytes": 0})
        print(f"{stage['stage']:10} {stage['seconds']:12.2f} {real['seconds_max']:9.2f} {stage['peak_memory_bytes'] / 2**20:14.0f} "
              f"{real['peak_memory_bytes'] / 2**20:11.0f}")
    print(f"{'all':10} {plan['seconds']:12.2f} {record['seconds']:9.2f} {plan['peak_memory_bytes'] / 2**20:14.0f} {record['peak_memory_bytes'] / 2**20:11.0f}")
    print(f"core seconds of the whole run, {asked.ranks * asked.threads} cores: {core_seconds:.1f}")


if __name__ == "__main__":
    main()
