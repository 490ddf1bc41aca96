"""Best customers and lookalikes as people get them: a file made by hand, the generated company's drivers, leaks, privacy, and the digest."""

import csv
import pathlib

import h5py
import numpy as np

import night

ACCOUNTS = 12_000

HAND_JOB = """name = "hand"
seed = 1
[[source]]
name = "crm"
path = "hand.csv"
key = "id"
[value]
column = "worth"
best_share_of_value = 0.7
[[segmentation]]
name = "one"
features = ["size"]
k = 2
starts = 1
"""

COMPANY_JOB = """name = "company"
seed = 7
[[source]]
name = "crm"
path = "company/accounts.csv"
key = "account_id"
[[source]]
name = "engagement"
path = "company/engagement.csv"
key = "account_id"
[[source]]
name = "outcomes"
path = "company/outcomes.csv"
key = "account_id"
[[source]]
name = "orders"
kind = "history"
path = "company/orders.csv"
key = "account_id"
time = "order_date"
amount = "quantity * unit_price * (1 - discount)"
[[source]]
name = "copy"
path = "copy.csv"
key = "account_id"
[columns.employees]
min = 1
[value]
column = "outcomes.clv"
customer = "is_customer"
suppress = "do_not_contact"
[kpi]
lifetime_value = { column = "clv" }
[[segmentation]]
name = "expansion"
features = [ { column = "employees", transform = "log1p" }, { column = "clicks", transform = "log1p" } ]
k = 4
starts = 1
[privacy]
key_env = "TESSERA_TEST_KEY"
sensitive = ["engagement.visits"]
"""


def texts(table, column):
    cells = table[column]
    if isinstance(cells, h5py.Group):
        categories = [name.decode() for name in cells["categories"][:]]
        return [categories[code] if code >= 0 else "" for code in cells["codes"][:]]
    return [text.decode() for text in cells[:]]


def check_hand_made(tessera, folder):
    """A thousand customers of whom two hundred bring 70 %: exactly those are the best."""
    best = {f"C{i:04d}" for i in range(1000) if i * 7 % 1000 < 200}
    with open(folder / "hand.csv", "w", encoding="utf-8") as out:
        out.write("id,worth,size\n")
        for i in range(1000):
            cents = (3500 if f"C{i:04d}" in best else 375) + (10 if i * 7 % 2 else -10)
            out.write(f"C{i:04d},{cents / 100:.2f},{i % 50}\n")
    (folder / "hand.toml").write_text(HAND_JOB, encoding="utf-8")
    summary = tessera.run(folder / "hand.toml", folder / "hand.h5", ranks=2)
    assert summary["best_customers"]["best"] == 200, summary["best_customers"]["best"]
    assert summary["lookalike"] is None, "nobody is a prospect"
    with h5py.File(folder / "hand.h5") as results:
        ranks = results["accounts/best_rank"][:]
        ids = texts(results["accounts"], "account_id")
    assert {name for name, rank in zip(ids, ranks) if 1 <= rank <= 200} == best


def make_company(tessera, folder):
    tessera.call("generate", "--accounts", ACCOUNTS, "--to", folder / "company")
    worth = {row["account_id"]: row["clv"] for row in csv.DictReader(open(folder / "company/outcomes.csv", encoding="utf-8"))}
    with open(folder / "copy.csv", "w", encoding="utf-8") as out:  # the planted leak: the value under another name
        out.write("account_id,rating\n")
        for place, (name, value) in enumerate(worth.items()):
            out.write(f"{name},{3 * float(value) if value else place % 1000}\n")
    (folder / "company.toml").write_text(COMPANY_JOB, encoding="utf-8")


def check_lookalikes(summary, results):
    found = summary["lookalike"]
    assert found["why_not"] == "", found["why_not"]
    columns = {column["column"]: column for column in found["columns"]}
    for name, why in {"copy.rating": "all by itself", "outcomes.clv": "[value] column itself", "engagement.visits": "sensitive",
                      "orders.monetary": "of the prospects have it", "crm.is_customer": "who is a customer"}.items():
        assert not columns[name]["is_used"] and why in columns[name]["why_not"], columns[name]
    strongest = sorted((c for c in found["columns"] if c["is_used"]), key=lambda c: -c["effect"])
    top = [column["column"] for column in strongest[:4]]
    print("the strongest columns:", [(c["column"], round(c["effect"], 3)) for c in strongest])
    for driver in ("crm.employees", "engagement.clicks", "crm.industry"):  # what generate makes lifetime value of
        assert driver in top, f"{driver} drives value, but is not among {top}"
    assert 0.6 < found["auc"] < 0.95, found["auc"]
    silent = results["accounts/crm.do_not_contact"][:] if "crm.do_not_contact" in results["accounts"] else None
    ids = texts(results["accounts"], "account_id")
    likeness = results["accounts/lookalike"][:]
    is_customer = results["accounts/is_customer"][:]
    assert np.array_equal(np.isnan(likeness), is_customer == 1)
    suppressed = {name for name, flag in zip(ids, silent) if flag == 1}
    closest = [one["account_id"] for one in found["closest"]]
    assert len(closest) == 100 and not suppressed & set(closest), "who wants no contact is on no list"
    by_id = dict(zip(ids, likeness))
    assert all(by_id[one["account_id"]] == one["likeness"] for one in found["closest"])
    assert "visits" not in "".join(factor["words"] for factor in found["factors"])


def main():
    options = night.arguments(__doc__).parse_args()
    tessera = night.Tessera(options)
    with night.temporary_folder() as name:
        folder = pathlib.Path(name)
        check_hand_made(tessera, folder)
        make_company(tessera, folder)
        summary = tessera.run(folder / "company.toml", folder / "one.h5")
        with h5py.File(folder / "one.h5") as results:
            check_lookalikes(summary, results)
        shown = tessera.call("show", folder / "one.h5").stdout
        assert "Best customers:" in shown and "Lookalikes:" in shown and "Closest to them" in shown, shown
        for ranks, threads in ((2, 2), (3, 1), (4, 1), (7, 1)):
            other = tessera.run(folder / "company.toml", folder / "other.h5", ranks=ranks, threads=threads)
            assert other["digest"] == summary["digest"], f"{ranks} ranks: another digest"
        hidden = tessera.run(folder / "company.toml", folder / "hidden.h5", ranks=2, sets=["privacy.pseudonymise=true"],
                             env={"TESSERA_TEST_KEY": "1f" * 32})
        assert [one["likeness"] for one in hidden["lookalike"]["closest"]] == [one["likeness"] for one in summary["lookalike"]["closest"]]
        assert not {one["account_id"] for one in hidden["lookalike"]["closest"]} & {one["account_id"] for one in summary["lookalike"]["closest"]}
    print("the best customers and their lookalikes are found")


if __name__ == "__main__":
    main()
