"""A job with [trial], an objective and the segments of today, and then `tessera trial`: against a plain count in Python."""

import csv
import hashlib
import math
import pathlib

import h5py

import night

JOB = """
name = "trial"
seed = 7
[[source]]
name = "crm"
path = "{company}/accounts.csv"
key = "account_id"
[[source]]
name = "engagement"
path = "{company}/engagement.csv"
key = "account_id"
[[source]]
name = "outcomes"
path = "{company}/outcomes.csv"
key = "account_id"
[[source]]
name = "truth"
path = "{company}/truth.csv"
key = "account_id"
[columns.employees]
type = "number"
min = 1
[columns.segment_name]
type = "category"
[value]
column = "clv"
customer = "is_customer"
suppress = "do_not_contact"
[kpi]
clv = {{ column = "clv" }}
[[segmentation]]
name = "growth"
features = [{{ column = "employees", transform = "log1p" }}, {{ column = "clicks", transform = "log1p" }}, "industry"]
k = 8
objective = {{ goal = "Find customers to grow", kpi = "clv", target = "high" }}
existing = "segment_name"
[trial]
campaign = "spring-2026"
arms = {{ b = 0.45, a = 0.45, control = 0.1 }}
results = {{ response = "responded", sent = "sent_date", revenue = "revenue", cost = "cost", arm = "arm", expected = 0.03 }}
[privacy]
pseudonymise = {pseudonymise}
{key}
"""


def read_rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def texts(group):
    categories = [name.decode() for name in group["categories"][:]]
    return [categories[code] if code >= 0 else None for code in group["codes"][:]]


def check_night(results, campaign):
    """Arms are those of the hash that the generator drew by; suppressed accounts have none."""
    with h5py.File(results) as file:
        group = file["segmentations/growth"]
        ids = [name.decode() for name in file["accounts/account_id"][:]]
        arms = texts(group["assignment/trial_arm"])
        suppressed = file["accounts/crm.do_not_contact"][:]
        for name, arm, silent in zip(ids, arms, suppressed):
            assert arm == (None if silent == 1 else campaign[name]["arm"]), name
        ranks = [rank for rank, level in zip(group["segments/objective_rank"][:], texts(group["segments/level"])) if level == "core"]
        assert sorted(ranks) == list(range(1, 9)), ranks
        assert abs(sum(group["features/importance"][:]) - 1) < 1e-12
        agreement = dict(zip(texts(group["crosswalk/agreement/level"]), group["crosswalk/agreement/adjusted_rand"][:]))
        assert agreement["core"] > 0.3, agreement
        names = {name.decode() for name in group["segments/name"][:]}
        planted = set(texts(group["crosswalk/existing"])) - {None}
        assert len(names & planted) >= 2, names
        return dict(zip(ids, zip(group["assignment/core"][:], arms)))


def wilson(successes, n, z=1.959963984540054):
    middle = (successes + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(successes * (n - successes) / n + z * z / 4)
    return middle - half, middle + half


def check_report(report, place, campaign):
    """Every core segment's uplift and interval, counted again."""
    segments = report["segmentations"][0]["segments"]
    assert report["accounts"] == sum(1 for _, arm in place.values() if arm is not None)
    assert report["unassigned"] == sum(1 for name, (_, arm) in place.items() if arm is None and name in campaign)
    assert all(row[i] == 0 for j, row in enumerate(report["assigned_and_actual"]) for i in range(4) if i != j)
    checked = 0
    for row, segment in enumerate(segments):
        if segment["level"] != "core":
            continue
        counts = {arm: [0, 0] for arm in ("control", "a", "b")}
        for name, (core, arm) in place.items():
            if core == row and arm is not None:
                counts[arm][0] += campaign[name]["responded"] == "yes"
                counts[arm][1] += 1
        for told in segment["arms"]:
            x, n = counts[told["arm"]]
            assert (told["responses"], told["accounts"]) == (x, n), told
            if told["arm"] == "control":
                continue
            c, m = counts["control"]
            (low, high), (control_low, control_high) = wilson(x, n), wilson(c, m)
            d = x / n - c / m
            expected = [d, d - math.hypot(x / n - low, control_high - c / m), d + math.hypot(high - x / n, c / m - control_low)]
            assert all(abs(a - b) < 1e-9 for a, b in zip(told["uplift"], expected)), (told, expected)
            checked += 1
    assert checked == 16, checked


def check_budget(tessera, results, campaign):
    """Only where the trial has shown that an arm pays; the rest is left. Counted again from the report."""
    report = night.json.loads(tessera.call("trial", results, campaign, "--json", "--budget", 1000).stdout)
    one = report["segmentations"][0]
    pays = {segment["id"]: max(arm["return"][1] for arm in segment["arms"] if arm["verdict"] == "worked" and arm["return"][1] is not None)
            for segment in one["segments"] if segment["level"] == "core"
            and any(arm["verdict"] == "worked" and (arm["return"][1] or 0) > 0 for arm in segment["arms"])}
    budget = one["budget"]
    assert {share["id"] for share in budget["shares"]} == set(pays), (pays, budget)
    assert budget["segments_unproven"] == 8 - len(pays), budget
    assert all(share["accounts"] <= share["contactable"] for share in budget["shares"])
    assert abs(budget["left"] + sum(share["amount"] for share in budget["shares"]) - 1000) < 1e-6
    wrong = tessera.call("trial", results, campaign, "--budget", -1, check=False)
    assert wrong.returncode == 64 and "above 0" in wrong.stderr, wrong.stderr


def refused(tessera, results, path, text, *parts):
    path.write_text(text, encoding="utf-8")
    done = tessera.call("trial", results, path, check=False)
    assert done.returncode == 65, (done.returncode, done.stdout, done.stderr)
    for part in parts:
        assert part in done.stderr, (part, done.stderr)


def check_hostile(tessera, results, folder):
    head = "account_id,arm,sent_date,responded,revenue,cost\n"
    path = folder / "hostile.csv"
    refused(tessera, results, path, head + "A000000001,a,,maybe,,\nA000000002,a,,yes,1o,\n",
            'hostile.csv:2:4: column "responded": is neither yes nor no; got "maybe"',
            'hostile.csv:3:5: column "revenue": is no number; got "1o"')
    refused(tessera, results, path, head + "A000000001,a,,no\n", "hostile.csv:2: too few fields")
    refused(tessera, results, path, head + '"A000000001,a,,no,,\n', "hostile.csv:2: the quote that opens on this line")
    refused(tessera, results, path, "account_id,arm\nA000000001,a\n", 'no column "responded" (whether it responded), "sent_date"', "account_id, arm")
    refused(tessera, results, path, head + "X1,a,,no,,\n", "none of its 1 rows is of an account of the results")
    refused(tessera, results, path, head + "A000000001,a,,yes,,\n", 'write "no" for those who did')
    refused(tessera, results, path, "", "hostile.csv")


def check_pseudonyms(tessera, folder, campaign_path):
    """Results with pseudonyms refuse true ids with the reason, and take a campaign that has the pseudonyms."""
    key = "5e" * 32
    job = folder / "hidden.toml"
    job.write_text(JOB.format(company=folder, pseudonymise="true", key='key_env = "TESSERA_TEST_KEY"'))
    results = folder / "hidden.h5"
    tessera.run(job, results, env={"TESSERA_TEST_KEY": key})
    done = tessera.call("trial", results, campaign_path, check=False)
    assert done.returncode == 65 and "pseudonyms" in done.stderr, done.stderr
    hidden = folder / "hidden.csv"
    with open(hidden, "w", newline="", encoding="utf-8") as file:
        rows = read_rows(campaign_path)
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        for row in rows:
            name = hashlib.blake2b(row["account_id"].encode(), key=bytes.fromhex(key), digest_size=16).hexdigest()
            writer.writerow({**row, "account_id": name})
    return results, hidden


def trial(tessera, results, campaign):
    return night.json.loads(tessera.call("trial", results, campaign, "--json").stdout)


def main():
    tessera = night.Tessera(night.arguments(__doc__).parse_args())
    with night.temporary_folder() as name:
        folder = pathlib.Path(name)
        tessera.call("generate", "--accounts", 6000, "--to", folder)
        job = folder / "job.toml"
        job.write_text(JOB.format(company=folder, pseudonymise="false", key=""))
        results, campaign_path = folder / "one.h5", folder / "campaign.csv"
        summary = tessera.run(job, results)
        assert tessera.run(job, folder / "three.h5", ranks=3)["digest"] == summary["digest"]
        assert summary["segmentations"][0]["objective"]["goal"] == "Find customers to grow"
        assert "Find customers to grow: ranked by clv, the highest first" in tessera.call("show", results).stdout
        card = tessera.call("show", results, "Tech Startups").stdout
        assert "of 8 core segments by clv" in card and "Trial arms: control " in card and "Today: " in card, card
        campaign = {row["account_id"]: row for row in read_rows(campaign_path)}
        place = check_night(results, campaign)
        report = trial(tessera, results, campaign_path)
        check_report(report, place, campaign)
        text = tessera.call("trial", results, campaign_path).stdout
        assert "of 8 core segments arm \"a\" worked" in text, text
        check_budget(tessera, results, campaign_path)
        check_hostile(tessera, results, folder)
        hidden = trial(tessera, *check_pseudonyms(tessera, folder, campaign_path))
        assert hidden["segmentations"] == report["segmentations"]
        print(text)


if __name__ == "__main__":
    main()
