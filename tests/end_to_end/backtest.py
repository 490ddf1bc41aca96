"""Two nights of one company, and `tessera backtest` between them: against sums in numpy."""

import json
import pathlib

import h5py
import numpy

import night

JOB = """
name = "backtest"
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
[columns.employees]
type = "number"
min = 1
[[macro]]
name = "size"
column = "employees"
bands = [ {{ name = "Small", below = 51 }}, {{ name = "Large", from = 51 }} ]
[value]
column = "clv"
[kpi]
engagement = {{ numerator = "clicks", denominator = "sent" }}
churn = {{ column = "churned", kind = "rate" }}
lifetime_value = {{ column = "outcomes.clv" }}
[[segmentation]]
name = "all"
features = [{{ column = "employees", transform = "log1p" }}, {{ column = "clicks", transform = "log1p" }}, "industry"]
k = 6
refine = {{ min_accounts = 100, max_micro = 20 }}
"""


def explained(values, groups):
    known = ~numpy.isnan(values) & (groups >= 0)
    values, groups = values[known], groups[known]
    between = sum(numpy.sum(groups == g) * (values[groups == g].mean() - values.mean()) ** 2 for g in set(groups))
    return between / numpy.sum((values - values.mean()) ** 2), len(values), len(set(groups))


def read(path):
    with h5py.File(path) as file:
        ids = [name.decode() for name in file["accounts/account_id"][:]]
        levels = {level: file[f"segmentations/all/assignment/{level}"][:] for level in ("macro", "core", "micro")}
        columns = {name: file[f"accounts/{name}"][:].astype(float)
                   for name in ("engagement.clicks", "engagement.sent", "outcomes.churned", "outcomes.clv")}
        return ids, levels, columns


def check(report, earlier, later):
    ids, levels, was = read(earlier)
    later_ids, _, columns = read(later)
    row = {name: i for i, name in enumerate(later_ids)}
    assert report["accounts"] == len(set(ids) & set(later_ids))
    assert report["gone"] == len(set(ids) - set(later_ids)) > 0
    assert report["joined"] == len(set(later_ids) - set(ids)) > 0
    rows = numpy.array([row.get(name, -1) for name in ids])
    columns = {name: numpy.where(rows < 0, numpy.nan, values[rows]) for name, values in columns.items()}
    columns["outcomes.churned"][columns["outcomes.churned"] < 0] = numpy.nan
    with numpy.errstate(divide="ignore", invalid="ignore"):
        engagement = columns["engagement.clicks"] / columns["engagement.sent"]
    engagement[~numpy.isfinite(engagement)] = numpy.nan
    clv = columns["outcomes.clv"]
    expected = {("value", False): clv, ("value", True): clv - was["outcomes.clv"], ("engagement", False): engagement,
                ("churn", False): columns["outcomes.churned"], ("lifetime_value", False): clv,
                ("lifetime_value", True): clv - was["outcomes.clv"]}
    outcomes = report["segmentations"][0]["outcomes"]
    assert [(one["outcome"], one["is_change"]) for one in outcomes] == list(expected)
    for one in outcomes:
        values = expected[one["outcome"], one["is_change"]]
        assert [level["level"] for level in one["levels"]] == ["macro", "core", "micro"]
        for level in one["levels"]:
            share, accounts, segments = explained(values, levels[level["level"]])
            assert one["accounts"] == accounts and level["segments"] == segments, (one, accounts, segments)
            assert abs(level["explained"] - share) < 1e-9, (one["outcome"], level, share)
            assert level["beyond_chance"] <= level["explained"]
    value = {level["level"]: level["explained"] for level in outcomes[0]["levels"]}
    assert value["macro"] > 0.01 and value["micro"] >= value["core"] > 0.01, value


def main():
    tessera = night.Tessera(night.arguments(__doc__).parse_args())
    with night.temporary_folder() as name:
        folder = pathlib.Path(name)
        results = []
        for k, date in ((0, "2026-01-31"), (30, "2026-03-02")):
            company = folder / str(k)
            tessera.call("generate", "--accounts", 5000, "--night", k, "--to", company)
            job = folder / f"{k}.toml"
            job.write_text(JOB.format(company=company))
            results.append(folder / f"{k}.h5")
            tessera.run(job, results[-1], night=date)
        check(json.loads(tessera.call("backtest", *results, "--json").stdout), *results)
        print(tessera.call("backtest", *results).stdout)
        other = folder / "other.csv"
        other.write_text("account_id,employees\nx,1\ny,2\n")
        job.write_text('name = "o"\nseed = 1\n[[source]]\nname = "o"\npath = "other.csv"\nkey = "account_id"\n'
                       '[[segmentation]]\nname = "s"\nfeatures = ["employees"]\nk = 1\n')
        tessera.run(job, folder / "o.h5")
        done = tessera.call("backtest", results[0], folder / "o.h5", check=False)
        assert done.returncode == 65 and "no account in common" in done.stderr, done.stderr
        done = tessera.call("backtest", results[0], check=False)
        assert done.returncode == 64, done.stderr


if __name__ == "__main__":
    main()
