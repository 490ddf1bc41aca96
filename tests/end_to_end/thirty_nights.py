"""Nights on end of one company, with births, a split and a merge planted in it: the ledger tells each on its night and none on any
other, segments that nothing befell keep their ids, and a night on which nothing has changed moves nobody."""

import collections
import csv
import datetime
import pathlib
import shutil

import h5py
import numpy

import night

FIRST = datetime.date(2026, 1, 1)
JOB = """name = "nights"
seed = 20260101
[[source]]
name = "crm"
path = "company/accounts.csv"
key = "account_id"
[[source]]
name = "engagement"
path = "company/engagement.csv"
key = "account_id"
[columns.employees]
min = 1
[[segmentation]]
name = "expansion"
features = [
  { column = "employees", transform = "log1p" },
  { column = "revenue", transform = "log1p" },
  { column = "clicks", transform = "log1p" },
  { column = "visits", transform = "log1p" },
  "industry",
]
k = 8
starts = 6
quality = "best"
[previous]
path = "latest.h5"
[output]
path = "{night}.h5"
"""
FATES = {"birth": "born", "split": "split", "merge": "merged"}


def texts(column):
    if isinstance(column, h5py.Group):
        names = [name.decode() for name in column["categories"][:]]
        return [names[code] if code >= 0 else "" for code in column["codes"][:]]
    return [text.decode() for text in column[:]]


class Night:
    """What one results file says of accounts and core segments."""

    def __init__(self, path, company):
        with h5py.File(path, "r") as file:
            one = file["segmentations/expansion"]
            self.ids = texts(one["segments/id"])
            self.core = dict(zip(texts(file["accounts/account_id"]), one["assignment/core"][:].tolist()))
            self.ledger = []
            if "evolution/ledger" in one:
                table = one["evolution/ledger"]
                columns = {name: texts(table[name]) for name in ("level", "fate", "id", "parts", "absorbed", "other")}
                self.ledger = [dict(zip(columns, row)) for row in zip(*columns.values())]
            self.ledger = [line for line in self.ledger if line["level"] == "core"]
        with open(company / "truth.csv", newline="", encoding="utf-8") as file:
            truth = {row["account_id"]: row["segment_name"] for row in csv.DictReader(file)}
        met = collections.defaultdict(collections.Counter)
        for account, core in self.core.items():
            if core >= 0:
                met[truth[account]][self.ids[core]] += 1
        self.id_of = {name: counts.most_common(1)[0][0] for name, counts in met.items()}
        self.found = sum(counts.most_common(1)[0][1] for counts in met.values()) / len(self.core)

    def id_by_account(self):
        return {account: self.ids[core] for account, core in self.core.items() if core >= 0}


def planted_by(company):
    with open(company / "events.csv", newline="", encoding="utf-8") as file:
        return [{**row, "night": int(row["night"])} for row in csv.DictReader(file)]


def check_ledger(tonight, before, events, k):
    """The events of this night, and nothing else, changed what segments there are."""
    told = {fate: {line["id"]: line for line in tonight.ledger if line["fate"] == fate}
            for fate in ("born", "retired", "split", "merged")}
    expected = collections.Counter()
    for event in events:
        segment = tonight.id_of[event["segment_name"]]
        if event["event"] == "merge":
            expected.update(merged=1, retired=1)
            gone = before.id_of[event["from_name"]]
            assert segment in told["merged"] and gone in told["merged"][segment]["absorbed"].split(), (event, tonight.ledger)
            assert told["retired"][gone]["other"] == segment, (event, tonight.ledger)
        else:
            expected.update(born=1)
            assert segment in told["born"], (event, tonight.ledger)
            assert segment not in before.ids, f"{segment} was there before it was born"
        if event["event"] == "split":
            expected.update(split=1)
            whole = before.id_of[event["from_name"]]
            assert segment in told["split"][whole]["parts"].split(), (event, tonight.ledger)
            assert told["born"][segment]["other"] == whole, (event, tonight.ledger)
    assert {fate: len(lines) for fate, lines in told.items() if lines} == dict(expected), (k, events, tonight.ledger)
    touched = {event["segment_name"] for event in events if event["event"] != "merge"}
    for name, segment in tonight.id_of.items():
        if name not in touched:
            assert segment == before.id_of[name], f"{name} was {before.id_of[name]} and is {segment}"


def segments_on(k, events):
    happened = [event["event"] for event in events if event["night"] <= k]
    return 8 + happened.count("birth") + happened.count("split") - happened.count("merge")


def run_night(tessera, folder, k, clusters, options):
    date = (FIRST + datetime.timedelta(days=k)).isoformat()
    tessera.call("run", folder / "job.toml", "--night", date, "--set", f"segmentation.expansion.k={clusters}",
                 ranks=options.ranks, timeout_s=3000)
    return Night(folder / f"{date}.h5", folder / "company")


def check_unchanged(tessera, folder, last, k, clusters, options):
    """The same files once more, the night after."""
    still = run_night(tessera, folder, k, clusters, options)
    moved = sum(a != b for a, b in zip(last.id_by_account().items(), still.id_by_account().items()))
    assert moved == 0 and len(last.core) == len(still.core), f"{moved} accounts moved though nothing had changed"
    assert {line["fate"] for line in still.ledger} == {"kept"}, still.ledger


def check_nights(tessera, folder, options):
    company = folder / "company"
    (folder / "job.toml").write_text(JOB, encoding="utf-8")
    before, events = None, []
    for k in range(options.nights):
        shutil.rmtree(company, ignore_errors=True)
        tessera.call("generate", "--accounts", options.accounts, "--seed", 3, "--night", k, "--events", options.events,
                     "--to", company)
        for unread in ("orders", "outcomes", "contacts", "feedback", "provider", "campaign"):
            (company / f"{unread}.csv").unlink()
        events = planted_by(company)
        clusters = segments_on(k, events)
        tonight = run_night(tessera, folder, k, clusters, options)
        assert tonight.found > 0.97, f"night {k}: the planted segments are found {tonight.found:.3f}"
        if before is not None:
            check_ledger(tonight, before, [event for event in events if event["night"] == k], k)
            was, stays = before.id_by_account(), tonight.id_by_account()
            moved = numpy.mean([was[account] != stays[account] for account in was.keys() & stays.keys()])
            print(f"night {k:2}: {len(tonight.core)} accounts, {clusters} segments, {100 * moved:.2f} % moved, "
                  + ", ".join(event["event"] for event in events if event["night"] == k), flush=True)
        before = tonight
    check_unchanged(tessera, folder, before, options.nights, segments_on(options.nights, events), options)


def arguments(description):
    parser = night.arguments(description)
    parser.add_argument("--accounts", type=int, default=4000)
    parser.add_argument("--nights", type=int, default=5)
    parser.add_argument("--events", default="birth@1,split@2,merge@3,birth@4")
    parser.add_argument("--ranks", type=int, default=1)
    return parser


def main():
    options = arguments(__doc__).parse_args()
    with night.temporary_folder() as name:
        check_nights(night.Tessera(options), pathlib.Path(name), options)
    print(f"{options.nights} nights of {options.accounts} accounts: every event on its night, every other segment as it was")


if __name__ == "__main__":
    main()
