"""tessera plan names every source of the main job, foretells what its run then takes, and gives a line that sbatch could read;
tessera doctor --measure keeps the rates that it goes by."""

import json
import os
import pathlib
import re
import shlex

import night

SOURCES = ["crm", "engagement", "outcomes", "orders", "contacts", "feedback", "provider", "campaign"]
SBATCH = ("--nodes", "--ntasks-per-node", "--cpus-per-task", "--mem", "--time")


def check_sbatch(line, job):
    words = shlex.split(line)
    assert words[0] == "sbatch" and words[-1] == str(job) and words[-2].endswith("nightly.sbatch"), line
    assert (night.PROJECT / words[-2]).exists(), f"{words[-2]} is no script of ours"
    options = dict(word.split("=") for word in words[1:-2])
    assert tuple(options) == SBATCH, line
    assert all(int(options[name]) >= 1 for name in SBATCH[:3]), line
    assert re.fullmatch(r"[1-9]\d*M", options["--mem"]) and re.fullmatch(r"\d\d+:[0-5]\d:00", options["--time"]), line


def check_company(tessera, folder, accounts):
    job, company = night.PROJECT / "jobs/company.toml", folder / "company"
    env = {"TESSERA_COMPANY": str(company), "XDG_CACHE_HOME": str(folder / "cache")}
    tessera.call("generate", "--accounts", accounts, "--seed", 5, "--to", company)
    plan = json.loads(tessera.call("plan", job, "--json", "--nodes", 1, "--cores", 2, "--memory", 8, env=env).stdout)
    assert [source["source"] for source in plan["sources"]] == SOURCES
    assert any("no rates" in note for note in plan["notes"]), plan["notes"]
    check_sbatch(plan["sbatch"], job)

    summary = tessera.run(job, folder / "company.h5", env=env)
    known = {source["source"]: source for source in summary["sources"]}
    for source in plan["sources"]:
        rows = known[source["source"]]["rows_read"]
        assert abs(source["rows"] - rows) <= 0.05 * rows, f"{source['source']}: {rows} rows, {source['rows']} foretold"
    assert abs(plan["accounts"] - accounts) <= 0.02 * accounts, plan["accounts"]
    names = [stage["stage"] for stage in plan["stages"]]
    assert set(stage["stage"] for stage in summary["stages"]) <= set(names), names
    text = tessera.call("plan", job, "--nodes", 2, env=env).stdout
    assert all(source in text for source in SOURCES) and "sbatch --nodes=2" in text, text


def check_nights(tessera, folder):
    """Last night and the baseline are counted once they are there, and a warm start where there will be one."""
    company, results = folder / "company", folder / "nights/2026-01-01.h5"
    env = {"TESSERA_COMPANY": str(company), "XDG_CACHE_HOME": str(folder / "cache")}
    job = folder / "nightly.toml"
    job.write_text((night.PROJECT / "jobs/company.toml").read_text(encoding="utf-8")
                   + f'[previous]\npath = "{results}"\n[gate]\n[review]\nbaseline = "{results}"\n', encoding="utf-8")

    def planned(*words):
        plan = json.loads(tessera.call("plan", job, "--json", "--night", "2026-01-02", *words, env=env).stdout)
        return plan, {stage["stage"]: stage for stage in plan["stages"]}

    first, first_stages = planned()
    assert any("first night" in note for note in first["notes"]) and first["accounts_last_night"] == 0, first
    assert any("no baseline" in note for note in first["notes"]), first["notes"]
    summary = tessera.run(job, results, env=env, night="2026-01-01")
    then, stages = planned()
    assert then["accounts_last_night"] == then["accounts_of_baseline"] == summary["accounts"], then
    assert then["segmentations"][0]["start"] == "warm" and any("warm start" in note for note in then["notes"]), then
    assert stages["evolve"]["seconds"] > first_stages["evolve"]["seconds"], stages
    assert stages["kmeans"]["seconds"] < 0.2 * first_stages["kmeans"]["seconds"], stages
    other, _ = planned("--set", "segmentation.expansion.k=9")
    assert other["segmentations"][0]["start"] == "fresh", other
    again = tessera.run(job, folder / "nights/2026-01-02.h5", env=env, night="2026-01-02")
    assert {stage["stage"] for stage in again["stages"]} <= set(stages), stages
    assert again["segmentations"][0]["start"]["kind"] == "kept", again["segmentations"][0]["start"]
    results.write_bytes(b"no results")
    assert tessera.call("plan", job, env=env, check=False).returncode == 65
    assert tessera.call("plan", job, "--night", "yesterday", env=env, check=False).returncode == 64


def check_rates(tessera, folder):
    rates = folder / "kept/rates.json"
    done = tessera.call("doctor", "--measure", "--rates", rates, ranks=2)
    kept = json.loads(rates.read_text(encoding="utf-8"))
    assert kept["host"] == os.uname().nodename and all(kept[name] > 0 for name in kept if name.endswith("_s")), kept
    assert "not measured" not in done.stdout, done.stdout
    job = folder / "job.toml"
    job.write_text('name = "j"\n[[source]]\nname = "crm"\npath = "crm.csv"\nkey = "id"\n'
                   '[[segmentation]]\nname = "s"\nfeatures = ["size"]\nk = 2\n', encoding="utf-8")
    (folder / "crm.csv").write_text("id,size\n1,2\n2,3\n", encoding="utf-8")
    plan = json.loads(tessera.call("plan", job, "--json", "--rates", rates).stdout)
    assert plan["accounts"] == 2 and plan["rates_measured_on"] == kept["host"] and not plan["notes"], plan
    rates.write_text(json.dumps({**kept, "host": "elsewhere"}), encoding="utf-8")
    plan = json.loads(tessera.call("plan", job, "--json", "--rates", rates).stdout)
    assert any("elsewhere" in note for note in plan["notes"]), plan["notes"]
    rates.write_text("{}", encoding="utf-8")
    assert tessera.call("plan", job, "--rates", rates, check=False).returncode == 66
    assert tessera.call("plan", job, "--memory", 0.001, check=False).returncode == 69
    assert tessera.call("plan", check=False).returncode == 64


def main():
    parser = night.arguments(__doc__)
    parser.add_argument("--accounts", type=int, default=20000)
    options = parser.parse_args()
    tessera = night.Tessera(options)
    with night.temporary_folder() as name:
        check_company(tessera, pathlib.Path(name), options.accounts)
        check_nights(tessera, pathlib.Path(name))
        check_rates(tessera, pathlib.Path(name))
    print("what was foretold of rows, accounts and columns came true")


if __name__ == "__main__":
    main()
