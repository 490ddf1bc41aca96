"""Nights before the gate: a good one passes, doubtful ones are held, and a person releases them; slow drift is reviewed."""

import csv
import json
import math
import pathlib
import random
import shutil

import h5py
import numpy

import night

JOB = """
name = "gate"
seed = 7
[[source]]
name = "crm"
path = "{folder}/crm.csv"
key = "id"
{max_age}
[columns.employees]
type = "number"
[value]
column = "revenue"
[kpi]
churn = {{ column = "churned", kind = "rate" }}
[[segmentation]]
name = "one"
features = [{{ column = "employees", transform = "log1p" }}, {{ column = "revenue", transform = "log1p" }}, "industry"]
k = 3
[previous]
path = "{folder}/nights/latest.h5"
[gate]
[review]
baseline = "{folder}/baseline.h5"
every = "300 days"
[output]
path = "{folder}/nights/{{night}}.h5"
"""
KINDS = ((8, 50.0, "farming"), (90, 4000.0, "software"), (2000, 90000.0, "banking"))


def company(n):
    """Accounts of three plain kinds."""
    draw = random.Random(5)
    accounts = []
    for i in range(n):
        employees, revenue, industry = KINDS[i % 3]
        accounts.append({"id": f"A{i:05}", "employees": max(1, round(employees * math.exp(0.3 * draw.gauss(0, 1)))),
                         "revenue": round(revenue * math.exp(0.3 * draw.gauss(0, 1)), 2), "industry": industry,
                         "churned": int(draw.random() < 0.1)})
    return accounts


class Nights:
    def __init__(self, tessera, folder, max_age=""):
        self.tessera, self.folder = tessera, folder
        folder.mkdir()
        self.job = folder / "job.toml"
        self.job.write_text(JOB.format(folder=folder, max_age=max_age))

    def feed(self, accounts):
        with open(self.folder / "crm.csv", "w", newline="") as file:
            writer = csv.DictWriter(file, accounts[0])
            writer.writeheader()
            writer.writerows(accounts)

    def run(self, date, expect=0, ranks=1, sets=()):
        words = ["run", self.job, "--night", date]
        for one in sets:
            words += ["--set", one]
        done = self.tessera.call(*words, ranks=ranks, check=False)
        assert done.returncode == expect, (date, done.returncode, done.stdout[-3000:], done.stderr)
        if expect == 79:
            last = done.stderr[done.stderr.rindex("HELD by the gate"):]
            assert f"tessera release {self.path(date, held=True)} --by" in last, done.stderr
            manifest = json.loads(self.path(date, held=True).with_suffix(".json").read_text())
            assert manifest["holds"] and all("limit" in one for one in manifest["holds"] + manifest["warnings"])
            assert manifest["reasons"] == [one["message"] for one in manifest["holds"] + manifest["warnings"]], manifest
        return self.tessera.show(self.path(date, held=expect == 79))

    def path(self, date, held=False):
        return self.folder / "nights" / f"{date}{'.held' if held else ''}.h5"

    def latest(self):
        return (self.folder / "nights" / "latest.h5").resolve().name


def findings(summary):
    return {(check["check"], check["subject"]): check for check in summary["gate"]["checks"] if check["result"] != "pass"}


def drift_by_hand(then, now, column):
    """The stability index from the accounts of both files and the bins of the earlier one."""
    with h5py.File(then) as file:
        table = file["segmentations/one/distribution/bins"]
        names = numpy.array([name.decode() for name in table["column/categories"][:]])[table["column/codes"][:]]
        mine = names == column
        low, high, before = (table[name][:][mine] for name in ("low", "high", "accounts"))
    with h5py.File(now) as file:
        values = file[f"accounts/{column}"][:]
    points = set(low[low == high])
    after = [sum(v in points and v == a if a == b else a <= v < b and v not in points for v in values)
             for a, b in zip(low[:-1], high[:-1])] + [int(numpy.isnan(values).sum())]
    assert sum(after) == len(values)
    used = sum(1 for p, q in zip(before, after) if p + q)
    shares = [((p + 0.5) / (sum(before) + 0.5 * used), (q + 0.5) / (sum(after) + 0.5 * used))
              for p, q in zip(before, after) if p + q]
    return sum((q - p) * math.log(q / p) for p, q in shares)


def check_doubtful_nights(tessera, folder):
    accounts = company(900)
    nights = Nights(tessera, folder, 'max_age = "20000 days"')
    nights.feed(accounts)
    first = nights.run("2026-01-01")
    assert first["gate"]["verdict"] == "publish with warnings", first["gate"]
    assert "there is no baseline" in findings(first)["review", ""]["message"]

    accounts[0]["revenue"] += 1.0
    nights.feed(accounts)
    tessera.call("release", nights.path("2026-01-01"), "--baseline", folder / "baseline.h5", "--by", "ana", "--because", "looked at")
    good = nights.run("2026-01-02")
    assert good["gate"]["verdict"] == "publish", good["gate"]
    assert nights.latest() == "2026-01-02.h5"
    assert len(good["segmentations"][0]["drift"]) == 2 and len(good["gate"]["checks"]) > 12

    same = nights.run("2026-01-03", expect=79)
    assert set(findings(same)) == {("bytes", "crm")}, findings(same)
    assert nights.latest() == "2026-01-02.h5" and not nights.path("2026-01-03").exists()

    nights.feed(accounts[: len(accounts) // 2])
    half = nights.run("2026-01-04", expect=79)
    assert {("rows", "crm"), ("accounts", "")} <= set(findings(half)), findings(half)

    shuffled = [dict(one) for one in accounts]
    draw = random.Random(9)
    for column in ("employees", "revenue", "industry"):
        values = [one[column] for one in shuffled]
        draw.shuffle(values)
        for one, value in zip(shuffled, values):
            one[column] = value
    nights.feed(shuffled)
    at_one = nights.run("2026-01-05", expect=79)
    assert ("agreement", "one") in findings(at_one), findings(at_one)
    assert nights.latest() == "2026-01-02.h5"
    at_three = nights.run("2026-01-05", expect=79, ranks=3)
    assert at_three["gate"] == at_one["gate"] and at_three["digest"] == at_one["digest"]

    larger = [dict(one, employees=one["employees"] * 3) for one in accounts]
    nights.feed(larger)
    drifted = nights.run("2026-01-06", expect=79)
    index = drift_by_hand(nights.path("2026-01-02"), nights.path("2026-01-06", held=True), "crm.employees")
    feature = next(one for one in drifted["segmentations"][0]["drift"][0]["features"] if one["column"] == "crm.employees")
    assert abs(feature["index"] - index) < 1e-12 and index > 0.25, (feature["index"], index)
    assert findings(drifted)["drift", "one: crm.employees"]["value"] == feature["index"]
    off = nights.run("2026-01-06", sets=["gate.max_drift='off'", "gate.max_moved='off'", "gate.min_agreement='off'",
                                         "gate.max_segment_changed='off'"])
    assert off["gate"]["verdict"] != "hold"
    return nights


def check_release(tessera, nights):
    held = nights.path("2026-01-05", held=True)
    done = tessera.call("release", held, "--by", "ana", "--because", "x", check=False)
    assert done.returncode != 0 and "2026-01-06" in done.stderr, done.stderr  # a later night has been published
    assert nights.latest() == "2026-01-06.h5"
    tessera.call("release", held, "--by", "Ana Ö", "--because", "the CRM was cleaned", "--force")
    assert not held.exists() and nights.path("2026-01-05").exists()
    for words in (("show", held), ("release", held)):
        done = tessera.call(*words, check=False)
        assert done.returncode == 66 and "it was released on" in done.stderr and "by Ana Ö" in done.stderr, done.stderr
    assert nights.latest() == "2026-01-06.h5"
    manifest = json.loads(nights.path("2026-01-05").with_suffix(".json").read_text())
    assert "Ana Ö" in json.dumps(manifest, ensure_ascii=False) and "the CRM was cleaned" in json.dumps(manifest), manifest
    nights.feed(company(450))
    nights.run("2026-01-07", expect=79)
    tessera.call("release", nights.path("2026-01-07", held=True), "--by", "ana", "--because", "half was sold")
    assert nights.latest() == "2026-01-07.h5"
    check_figures_of_release(nights.folder / "nights")
    done = tessera.call("release", nights.path("2026-01-07"), check=False)
    assert done.returncode == 64, done.stderr


def check_figures_of_release(folder):
    """Who watches the figures sees a night that was published."""
    held, released = [json.loads(line) for line in (folder / "runs.jsonl").read_text().splitlines()[-2:]]
    assert (held["outcome"], held["exit_code"]) == ("held", 79) and "released" not in held, held
    assert (released["outcome"], released["exit_code"], released["released_by"]) == ("published", 0, "ana"), released
    for figure in ("night", "run_id", "digest", "accounts", "read_bytes", "written_bytes", "sources", "segmentations"):
        assert released[figure] == held[figure], figure
    last = (folder / "last_run.prom").read_text()
    assert last == (folder / "2026-01-07.prom").read_text()
    assert 'outcome="published"' in last and 'tessera_run_exit_code{tessera_job="gate"} 0' in last, last
    published = float(last.split("tessera_last_published_timestamp_seconds{")[1].split()[1])
    assert published == int((folder / "2026-01-07.json").stat().st_mtime), published


def check_slow_drift(tessera, folder):
    """1.5 % more employees a night: no night shows it, the review does."""
    accounts = company(600)
    nights = Nights(tessera, folder)
    sets = ["gate.max_moved='off'", "gate.min_agreement='off'", "gate.max_segment_changed='off'"]
    held = None
    for k in range(1, 31):
        date = f"2026-03-{k:02}"
        nights.feed([dict(one, employees=one["employees"] * 1.015 ** k) for one in accounts])
        done = tessera.call("run", nights.job, "--night", date, *[word for one in sets for word in ("--set", one)], check=False)
        summary = tessera.show(nights.path(date, held=done.returncode == 79))
        against_last = [one for one in findings(summary).values() if one["since"] != "2026-03-01" and one["check"] == "drift"]
        assert not against_last, (date, against_last)
        if k == 1:
            tessera.call("release", nights.path(date), "--baseline", folder / "baseline.h5")
        if done.returncode == 79:
            held = date
            assert findings(summary)["drift", "one: crm.employees"]["since"] == "2026-03-01"
            break
        assert done.returncode == 0, done.stderr
    assert held and held > "2026-03-05", held


def check_lost_history(tessera, folder):
    """Ids do not begin again because latest.h5 or the night that it leads to was lost, but where a person wants it so."""
    nights = Nights(tessera, folder)
    nights.feed(company(300))
    first = nights.run("2026-01-01")
    latest = folder / "nights" / "latest.h5"
    latest.unlink()
    second = nights.run("2026-01-02", ranks=2)
    assert any("is taken in its place" in one for one in second["warnings"]), second["warnings"]
    assert nights.latest() == "2026-01-02.h5" and ids(second) == ids(first) and since(second) == "2026-01-01"

    away = folder / "away.h5"
    nights.path("2026-01-02").rename(away)
    held = nights.run("2026-01-03", expect=79, ranks=2)
    message = findings(held)["history", ""]["message"]
    assert "latest.h5 links to 2026-01-02.h5, which is not there" in message and "first_night" in message, message
    plain = folder / "plain.toml"
    plain.write_text(nights.job.read_text().split("[gate]")[0] + f'[output]\npath = "{folder}/nights/{{night}}.h5"\n')
    for ranks in (1, 2):
        done = tessera.call("run", plain, "--night", "2026-01-04", ranks=ranks, check=False)
        assert done.returncode == 66 and "2026-01-02.h5, which has gone as well" in done.stderr, done.stderr
        assert "segments would get ids that others have had" in done.stderr, "cluster/slurm/attempt.sh goes by these words"
    assert "which has gone" in tessera.call("run", plain, "--night", "2026-01-04", "--dry-run").stderr
    anew = nights.run("2026-01-04", sets=["previous.first_night='2026-01-04'"])
    assert since(anew) is None and ids(anew) == ids(first)
    away.rename(nights.path("2026-01-02"))
    latest.unlink()
    latest.symlink_to("2026-01-02.h5")
    assert since(nights.run("2026-01-05")) == "2026-01-02"


def check_kept_nights(tessera, folder):
    """The night that this one went on from is kept, however few are: this one is made again from it."""
    accounts = company(300)
    nights = Nights(tessera, folder)
    nights.feed(accounts)
    for date in ("2026-02-01", "2026-02-02", "2026-02-03"):
        night_of = nights.run(date, sets=["output.keep=1"])
    assert [nights.path(f"2026-02-0{day}").exists() for day in (1, 2, 3)] == [False, True, True]
    accounts[0]["revenue"] += 1.0
    nights.feed(accounts)
    again = nights.run("2026-02-03", sets=["output.keep=1"])
    assert since(again) == "2026-02-02" and ids(again) == ids(night_of) and again["digest"] != night_of["digest"]
    assert nights.path("2026-02-02").exists()


def ids(summary):
    return {segment["id"] for segment in summary["segmentations"][0]["segments"]}


def since(summary):
    evolution = summary["segmentations"][0]["evolution"]
    return evolution and evolution["since"]


def main():
    tessera = night.Tessera(night.arguments(__doc__).parse_args())
    with night.temporary_folder() as name:
        nights = check_doubtful_nights(tessera, pathlib.Path(name) / "doubtful")
        check_release(tessera, nights)
        check_kept_nights(tessera, pathlib.Path(name) / "kept")
        check_lost_history(tessera, pathlib.Path(name) / "lost")
        check_slow_drift(tessera, pathlib.Path(name) / "slow")


if __name__ == "__main__":
    main()
