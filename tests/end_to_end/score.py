"""Scoring: the very sources of a night come back into its segments bit for bit, at any number of ranks; new spellings, columns that
are not there and sources left out are filled as the model fills them, and said; what cannot be scored is refused with the reason."""

import csv
import pathlib

import h5py
import numpy

import night

SOURCES = """name = "scored"
seed = 7
[[source]]
name = "crm"
path = "${FOLDER}/accounts.csv"
key = "account_id"
[[source]]
name = "engagement"
path = "${FOLDER}/engagement.csv"
key = "account_id"
[[source]]
name = "orders"
kind = "history"
path = "${FOLDER}/orders.csv"
key = "account_id"
time = "order_date"
amount = "quantity * unit_price"
category = "product_line"
[[source]]
name = "contacts"
kind = "contacts"
path = "${FOLDER}/contacts.csv"
key = "account_id"
title = "title"
email = "email"
[[source]]
name = "feedback"
kind = "feedback"
path = "${FOLDER}/feedback.csv"
key = "account_id"
time = "date"
score = "score"
theme = "theme"
[[source]]
name = "provider"
kind = "enrichment"
path = "${FOLDER}/provider.csv"
key = "website"
match = "domain"
match_column = "crm.website"
[[source]]
name = "campaign"
path = "${FOLDER}/campaign.csv"
key = "account_id"
[[source]]
name = "market"
kind = "market"
path = "${FOLDER}/market.csv"
key = "macro"
companies = "companies"
[columns.industry]
merge = { Retial = "Retail" }
[duplicates]
name = "crm.name"
[[macro]]
name = "size"
column = "employees"
bands = [ { name = "Small", below = 20 }, { name = "Large", from = 20 } ]
[value]
column = "orders.monetary"
customer = "is_customer"
suppress = "do_not_contact"
[kpi]
worth = { column = "orders.monetary" }
nps = { column = "feedback.score", kind = "nps" }
response = { column = "campaign.responded", kind = "rate" }
[affinity]
channel = "touch_channel"
product = "orders.category"
[trial]
campaign = "spring"
arms = { control = 0.2, a = 0.8 }
results = { source = "campaign", response = "responded" }
[previous]
path = "${FOLDER}/no-night-before.h5"
[gate]
"""
SEGMENTATIONS = """
[[segmentation]]
name = "all"
objective = { goal = "Grow", kpi = "worth", target = "high" }
existing = "region"
features = [ { column = "crm.revenue", transform = "log1p" }, { column = "clicks", winsorise = 0.01 }, "industry", "founded", "orders.recency_days" ]
k = 5
starts = 2
refine = { min_accounts = 25, max_micro = 20, outliers = 3.0, depth_by = "funnel_stage", stop_at_macro = ["unaware"], stop_at_core = ["aware", "(unknown)"] }
[[segmentation]]
name = "in each macro"
scope = "macro"
scale = "robust"
features = ["employees", "visits", "country"]
k = 3
starts = 1
[[segmentation]]
name = "customers"
population = "customers"
features = ["orders.monetary", "orders.frequency"]
k = 4
starts = 1
refine = { min_accounts = 20, max_micro = 12, features = ["clicks", "sent"] }
[[segmentation]]
name = "macro alone"
"""
OTHERS = ("engagement", "orders", "contacts", "feedback", "provider", "campaign", "market")
COLUMNS = ("macro", "core", "micro", "distance", "fit", "next_best")


def read(path):
    """By segmentation and column, the cells by account; and the ids of segments."""
    with h5py.File(path) as file:
        ids = file["accounts/account_id"][:]
        order = numpy.argsort(ids)
        cells = {name: {column: group["assignment"][column][:][order] for column in COLUMNS}
                 for name, group in file["segmentations"].items()}
        segments = {name: group["segments/id"][:].tolist() for name, group in file["segmentations"].items()}
        return ids[order].tolist(), cells, segments


def check_same_sources(tessera, folder, results):
    night_ids, night_cells, night_segments = read(results)
    digests = set()
    for ranks, threads in ((1, 2), (2, 1), (3, 1)):
        out = folder / f"scored-{ranks}.h5"
        others = [word for name in OTHERS for word in ("--source", f"{name}={folder}/{name}.csv")]
        tessera.call("score", results, folder / "accounts.csv", "-o", out, *others, ranks=ranks, threads=threads)
        ids, cells, segments = read(out)
        assert ids == night_ids and segments == night_segments
        for name, columns in night_cells.items():
            for column, values in columns.items():
                assert values.tobytes() == cells[name][column].tobytes(), f"{name}/{column} on {ranks} ranks"
            assert (columns["macro"] >= 0).sum() > 100, name
        assert (night_cells["all"]["core"] < 0).any() and (night_cells["all"]["micro"] >= 0).sum() > 100
        digests.add(tessera.show(out)["digest"])
    assert len(digests) == 1, digests


def check_read_by_others(tessera, folder, results):
    """A file of scored accounts is read by the commands that read results, whatever the job of the night asked for."""
    scored = folder / "scored-1.h5"
    summary = tessera.show(scored)
    assert summary["scored_by"].endswith(str(results)), summary["scored_by"]
    assert f"segments are those of {results.resolve()}" in tessera.call("show", scored).stdout
    assert {one["name"] for one in summary["segmentations"]} == {"all", "in each macro", "customers", "macro alone"}
    for segment in {one["level"]: one["id"] for one in summary["segmentations"][0]["segments"]}.values():
        assert segment in tessera.call("show", scored, segment).stdout
    for earlier, later in ((results, scored), (scored, results), (scored, scored)):
        told = night.json.loads(tessera.call("compare", earlier, later, "--json").stdout)
        assert {one["change"] for one in told["sources"]} == {"same bytes"}, told["sources"]
        assert told["shared"] == told["accounts_now"] > 0, told["shared"]
        for one in told["segmentations"]:
            assert one["kept"] == one["shared"] > 0 and {line["fate"] for line in one["segments"]} == {"kept"}, one["now"]
        assert "kept their core segment" in tessera.call("compare", earlier, later).stdout


def check_new_accounts(tessera, folder, results):
    """A column less, a category that nobody had, other accounts: and no orders, no engagement."""
    with open(folder / "accounts.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:300]
    for row in rows[:40]:
        row["industry"] = "Asteroid mining"
    for row in rows:
        row["account_id"] = "new-" + row["account_id"]
        del row["revenue"]
    with open(folder / "new.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    done = tessera.call("score", results, folder / "new.csv", "-o", folder / "new.h5")
    for told in ('column "revenue" of source "crm"', 'column "clicks" of source "engagement"',
                 'column "recency_days" of source "orders"', 'crm.industry: 40 of 300 accounts', '"Asteroid mining"'):
        assert told in done.stderr, f"{told} is not in\n{done.stderr}"
    ids, cells, _ = read(folder / "new.h5")
    assert len(ids) == 300 and all(name.startswith(b"new-") for name in ids)
    assert (cells["in each macro"]["core"] >= 0).all() and numpy.isfinite(cells["in each macro"]["distance"]).all()
    again = tessera.call("score", folder / "new.h5", folder / "new.csv", "-o", folder / "no.h5", check=False)
    assert again.returncode == 65 and "scored accounts" in again.stderr, again.stderr
    unknown = tessera.call("score", results, folder / "new.csv", "-o", folder / "no.h5", "--source", "erp=x.csv", check=False)
    assert unknown.returncode == 64 and "engagement" in unknown.stderr, unknown.stderr


def check_output(tessera, folder, results):
    """Nothing that is read or was published is written over, and no folder is made."""
    accounts, before = folder / "accounts.csv", results.read_bytes()
    (folder / "latest.h5").symlink_to(results.name)
    (folder / "other.h5").write_bytes(before)
    for output, code, said in ((folder / "no" / "such" / "x.h5", 74, "there is no folder"), (results, 64, "is read"),
                               (folder / "latest.h5", 64, "is read"), (accounts, 64, "is read"), (folder / "other.h5", 64, "of a night")):
        done = tessera.call("score", results, accounts, "-o", output, check=False)
        assert done.returncode == code and said in done.stderr, (output, done.returncode, done.stderr)
    assert not (folder / "no").exists() and results.read_bytes() == before and (folder / "latest.h5").is_symlink()


def check_sensitive(tessera, folder):
    (folder / "sensitive.toml").write_text(SOURCES + SEGMENTATIONS + '[privacy]\nsensitive = ["crm.revenue"]\n', encoding="utf-8")
    tessera.run(folder / "sensitive.toml", folder / "sensitive.h5", env={"FOLDER": str(folder)})
    done = tessera.call("score", folder / "sensitive.h5", folder / "accounts.csv", "-o", folder / "no.h5", check=False)
    assert done.returncode == 65 and "sensitive" in done.stderr, done.stderr
    assert not (folder / "no.h5").exists()


def check_named_columns(tessera, folder):
    """What the job says of one column is not taken for another whose name ends alike; what it does not name is neither read nor written."""
    rows = ["id,size,shirt.size,unread,revenue"]
    rows += [f"B{i},{i % 3 + 1},{30 + i % 17}.5,{i},{(i % 3) * 1000 + i % 7}" for i in range(400)]
    (folder / "dotted.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "dotted.toml").write_text(
        'name = "dotted"\n[[source]]\nname = "crm"\npath = "dotted.csv"\nkey = "id"\n[columns.size]\ntype = "category"\n'
        '[[segmentation]]\nname = "s"\nfeatures = ["size", "shirt.size", "revenue"]\nk = 3\n', encoding="utf-8")
    tessera.run(folder / "dotted.toml", folder / "dotted.h5")
    rows[7] = rows[7].replace(",6,", ",no number any more,")
    (folder / "dotted-new.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    tessera.call("score", folder / "dotted.h5", folder / "dotted-new.csv", "-o", folder / "dotted-scored.h5")
    (ids, expected, _), (scored, found, _) = read(folder / "dotted.h5"), read(folder / "dotted-scored.h5")
    assert ids == scored
    for column in COLUMNS:
        assert expected["s"][column].tobytes() == found["s"][column].tobytes(), column
    with h5py.File(folder / "dotted-scored.h5") as file:
        assert set(file["accounts"]) == {"account_id", "crm.size", "crm.shirt.size", "crm.revenue"}, set(file["accounts"])


def check_matrix(tessera, folder):
    with h5py.File(folder / "x.h5", "w") as file:
        file["X"] = numpy.random.default_rng(3).normal(size=(700, 5)) + numpy.arange(700)[:, None] % 3 * 4.0
    (folder / "matrix.toml").write_text(
        'name = "matrix"\n[[source]]\nname = "m"\nkind = "matrix"\npath = "x.h5"\ndataset = "X"\n[[segmentation]]\nname = "s"\n'
        'features = "all"\nk = 3\nrefine = { min_accounts = 40 }\n', encoding="utf-8")
    tessera.run(folder / "matrix.toml", folder / "matrix.h5")
    tessera.call("score", folder / "matrix.h5", folder / "x.h5", "-o", folder / "matrix-scored.h5", ranks=2)
    (_, expected, _), (_, found, _) = read(folder / "matrix.h5"), read(folder / "matrix-scored.h5")
    for column in COLUMNS:
        assert expected["s"][column].tobytes() == found["s"][column].tobytes(), column


def main():
    tessera = night.Tessera(night.arguments(__doc__).parse_args())
    with night.temporary_folder() as scratch:
        folder = pathlib.Path(scratch)
        tessera.call("generate", "--accounts", "2500", "--to", folder)
        (folder / "market.csv").write_text("macro,companies\nSmall,5000\nLarge,300\n", encoding="utf-8")
        (folder / "job.toml").write_text(SOURCES + SEGMENTATIONS, encoding="utf-8")
        results = folder / "night.h5"
        tessera.run(folder / "job.toml", results, env={"FOLDER": str(folder)})
        check_same_sources(tessera, folder, results)
        check_read_by_others(tessera, folder, results)
        check_new_accounts(tessera, folder, results)
        check_output(tessera, folder, results)
        check_sensitive(tessera, folder)
        check_named_columns(tessera, folder)
        check_matrix(tessera, folder)
    print("OK")


if __name__ == "__main__":
    main()
