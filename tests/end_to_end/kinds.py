"""All kinds of sources in one job: one digest at any number of ranks, counts that reconcile, and figures that Python's own means make
of the same files."""

import collections
import csv
import pathlib

import h5py

import night

RANKS = (1, 2, 3, 4, 7)
JOB = """
name = "kinds"
[ingest]
public_domains = ["house.example"]

[[source]]
name = "crm"
path = "company/crm.csv"
key = "account_id"
parent = "group"

[[source]]
name = "outcomes"
path = "company/outcomes.csv"
key = "account_id"

[[source]]
name = "heads"
kind = "lookup"
path = "company/heads.csv"
key = "order_id"

[[source]]
name = "orders"
kind = "history"
path = "company/lines.csv"
via = { source = "heads", key = "order_id" }
key = "account_id"
time = "order_date"
amount = "quantity * unit_price"
category = "product_line"

[[source]]
name = "provider"
kind = "enrichment"
path = "company/provider.csv"
key = "website"
match = "domain"
match_column = "crm.website"

[[source]]
name = "people"
kind = "contacts"
path = "company/contacts.csv"
key = "account_id"
title = "title"
email = "email"

[[source]]
name = "feedback"
kind = "feedback"
path = "company/feedback.csv"
key = "account_id"
time = "date"
score = "score"
theme = "theme"

[[source]]
name = "market"
kind = "market"
path = "company/market.csv"
key = "macro"
companies = "companies"
spend = "spend"

[columns.employees]
min = 1

[[macro]]
name = "size"
column = "employees"
bands = [ { name = "Small", below = 50 }, { name = "Large", from = 50 } ]

[value]
column = "outcomes.clv"

[kpi]
nps = { column = "feedback.score", kind = "nps" }

[[segmentation]]
name = "one"
features = [ { column = "employees", transform = "log1p" }, "family_accounts", "family_value", "is_parent", "people.contacts",
             "decision_makers", "reachable_decision_maker", "highest_seniority", "orders.monetary", "feedback.mean_score",
             "technologies" ]
k = 4
starts = 2
"""


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def prepare(company):
    """The generated company with parents, a market, orders apart from their lines, and addresses in doubt."""
    accounts = rows_of(company / "accounts.csv")
    for number, row in enumerate(accounts):
        row["group"] = accounts[number // 7]["account_id"] if number % 3 == 0 else ""
    accounts[0]["group"] = accounts[3]["account_id"]  # a circle of two
    accounts[1]["group"] = "nobody"
    accounts[5]["website"] = accounts[6]["website"]
    write(company / "crm.csv", accounts)
    lines = rows_of(company / "orders.csv")
    heads = {row["order_id"]: {name: row[name] for name in ("order_id", "account_id", "order_date")} for row in lines}
    write(company / "heads.csv", list(heads.values()))
    write(company / "lines.csv",
          [{name: row[name] for name in ("order_id", "product_line", "quantity", "unit_price")} for row in lines])
    write(company / "market.csv", [{"macro": "Small", "companies": 9000, "spend": 1.5},
                                   {"macro": "Larg", "companies": 70, "spend": ""}])


def check_figures(path, company):
    last = {}
    for row in rows_of(company / "crm.csv"):
        last[row["account_id"]] = row
    with h5py.File(path, "r") as file:
        ids = [name.decode() for name in file["accounts/account_id"][:]]
        contacts = dict(zip(ids, file["accounts/people.contacts"][:]))
        scores = dict(zip(ids, file["accounts/feedback.score"][:]))
        size = file["ingest/unmatched/key"].shape[0]
        why = [file["ingest/unmatched/why/categories"][code].decode() for code in file["ingest/unmatched/why/codes"][:]]
        market = {name.decode(): n for name, n in zip(file["ingest/market/macro"][:], file["ingest/market/companies"][:])}
    people = collections.Counter(row["account_id"] for row in rows_of(company / "contacts.csv"))
    latest = {}
    for row in rows_of(company / "feedback.csv"):
        if row["account_id"] not in latest or row["date"] >= latest[row["account_id"]][0]:
            latest[row["account_id"]] = (row["date"], float(row["score"]))
    for name in ids:
        assert contacts[name] == people[name], (name, contacts[name], people[name])
        assert scores[name] == latest[name][1] if name in latest else scores[name] != scores[name], name
    assert market == {"Small": 9000.0}, market
    assert size == len(why) > 0
    for reason in ("no macro segment of the job; did you mean \"Large\"?", "ambiguous: 2 accounts have this domain",
                   "the parent of an account, but no account itself"):
        assert reason in why, (reason, set(why))
    scored = [latest[name][1] for name in ids if name in latest]
    return 100.0 * (sum(score >= 9 for score in scored) - sum(score <= 6 for score in scored)) / len(scored)


def check_filled(path, company):
    """What the provider filled is told by column, and is what the accounts have beyond their own file."""
    own = {row["account_id"]: row["employees"] for row in rows_of(company / "crm.csv")}
    with h5py.File(path, "r") as file:
        ids = [name.decode() for name in file["accounts/account_id"][:]]
        employees = file["accounts/crm.employees"][:]
        table = file["ingest/completeness"]
        columns = [table["column/categories"][code].decode() for code in table["column/codes"][:]]
        filled = sum(int(n) for column, n in zip(columns, table["filled"][:]) if column == "crm.employees")
    gained = sum(own[name] == "" and value == value for name, value in zip(ids, employees))
    assert gained == filled > 0, (gained, filled)


def nps_of_all(path):
    """The core segments' scores, put together again."""
    with h5py.File(path, "r") as file:
        levels = file["segmentations/one/segments/level"]
        names = [name.decode() for name in levels["categories"][:]]
        level = [names[code] for code in levels["codes"][:]]
        kpi = file["segmentations/one/kpi"]
        core = [(n, estimate) for segment, n, estimate in zip(kpi["segment"][:], kpi["count"][:], kpi["estimate"][:])
                if level[segment] == "core" and n > 0]
    return sum(n * estimate for n, estimate in core) / sum(n for n, _ in core)


def main():
    tessera = night.Tessera(night.arguments(__doc__).parse_args())
    with night.temporary_folder() as name:
        folder = pathlib.Path(name)
        tessera.call("generate", "--accounts", 2000, "--seed", 5, "--to", folder / "company")
        prepare(folder / "company")
        (folder / "job.toml").write_text(JOB, encoding="utf-8")
        digests = set()
        for ranks in RANKS:
            output = folder / f"out-{ranks}.h5"
            summary = tessera.run(folder / "job.toml", output, ranks=ranks)
            night.check_reconciled(summary)
            digests.add(summary["digest"])
            nps = check_figures(output, folder / "company")
            check_filled(output, folder / "company")
            assert abs(nps - nps_of_all(output)) < 1e-9, (nps, nps_of_all(output))
        assert len(digests) == 1, f"the ranks show in the digest: {digests}"
        provider = next(one for one in summary["sources"] if one["source"] == "provider")
        assert provider["used"] > 0 and provider["unmatched"] > 0, provider
        print(f"{summary['accounts']} accounts, {digests}, provider: {provider['used']} used, nps of all answers {nps:.1f}")


if __name__ == "__main__":
    main()
