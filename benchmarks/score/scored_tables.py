"""Two tables of accounts for scoring from CSV, and the job of the first: the same bytes from the same seed."""

import os

import numpy
import pandas

NIGHT_ROWS = 200_000
ROWS = 2_000_000
SEED = 20260101
CORES = 12

LOGARITHMS = ["employees", "revenue", "orders", "clicks", "visits", "recency_days", "tickets", "margin"]
PLAIN = ["founded", "score", "discount", "nps"]
CATEGORIES = ["industry"]  # country is in the files, and no feature
MISSING = {"industry": 0.03, "employees": 0.05, "revenue": 0.1, "nps": 0.2}
COUNTRIES = numpy.array([a + b for a in "ABCDEF" for b in "EILRTUZ"])
TRADES = numpy.array(["Software", "Machinery", "Retail", "Banking", "Insurance", "Logistics", "Energy", "Chemicals", "Food", "Media", "Health", "Textiles"])

JOB = """name = "scored"
seed = {seed}
[[source]]
name = "crm"
path = "{night}"
key = "account_id"
[[macro]]
name = "size"
column = "employees"
bands = [ {{ name = "Micro", below = 10 }}, {{ name = "SME", from = 10, below = 51 }}, {{ name = "Mid-market", from = 51, below = 1000 }}, {{ name = "Enterprise", from = 1000 }} ]
[value]
column = "revenue"
[[segmentation]]
name = "all"
features = [ {features} ]
k = {cores}
refine = {{ min_accounts = 500, max_micro = 60 }}
[output]
path = "{results}"
"""


def table(rows, seed, first):
    """Twelve kinds of account in twelve latent dimensions, each of which is one of the numbers."""
    source = numpy.random.default_rng(seed)
    kind = source.integers(0, CORES, rows)
    latent = numpy.random.default_rng(SEED).normal(size=(CORES, 12))[kind] + 0.6 * source.normal(size=(rows, 12))
    in_other_trade = (source.random(rows) < 0.3) * source.integers(0, len(TRADES), rows)

    def whole(values):
        return values.astype(int)

    def decimals(values, places):
        return numpy.char.mod(f"%.{places}f", values)

    frame = pandas.DataFrame({
        "account_id": numpy.char.mod("A%07d", numpy.arange(first, first + rows) * 7919 % 9_999_991),
        "country": COUNTRIES[source.integers(0, len(COUNTRIES), rows)],
        "industry": TRADES[(kind + in_other_trade) % len(TRADES)],
        "employees": whole(numpy.exp(3 + 1.2 * latent[:, 0])) + 1,
        "revenue": decimals(numpy.exp(9 + 1.1 * latent[:, 1]), 2),
        "founded": whole(numpy.clip(1990 + 12 * latent[:, 2], 1850, 2025)),
        "orders": whole(numpy.exp(2 + latent[:, 3])),
        "clicks": whole(numpy.exp(3 + latent[:, 4])),
        "visits": whole(numpy.exp(4 + latent[:, 5])),
        "score": decimals(50 + 12 * latent[:, 6], 2),
        "discount": decimals(numpy.clip(0.2 + 0.07 * latent[:, 7], 0, 0.6), 3),
        "recency_days": whole(numpy.exp(4 + 0.8 * latent[:, 8])),
        "tickets": whole(numpy.exp(1 + 0.8 * latent[:, 9])),
        "margin": decimals(numpy.exp(7 + latent[:, 10]), 2),
        "nps": whole(numpy.clip(6 + 2 * latent[:, 11], 0, 10)),
    })
    for column, share in MISSING.items():
        frame[column] = frame[column].astype(object).where(source.random(rows) >= share, "")
    return frame


def write_tables(folder, rows, seed):
    """night.csv, new-ROWS.csv and job.toml, where they are not there yet; the path of the second."""
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f"new-{rows}.csv"
    for path, count, own_seed, first in ((folder / "night.csv", NIGHT_ROWS, seed, 0), (new, rows, seed + 1, NIGHT_ROWS)):
        if path.exists():
            continue
        unfinished = path.with_suffix(".part")
        table(count, own_seed, first).to_csv(unfinished, index=False)
        os.replace(unfinished, path)
    logarithms = [f'{{ column = "{column}", transform = "log1p" }}' for column in LOGARITHMS]
    features = ", ".join(logarithms + [f'"{column}"' for column in PLAIN + CATEGORIES])
    job = JOB.format(seed=seed, night=folder / "night.csv", features=features, cores=CORES, results=folder / "night.h5")
    (folder / "job.toml").write_text(job, encoding="utf-8")
    return new
