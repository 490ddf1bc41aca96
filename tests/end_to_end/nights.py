"""Five nights of a small company that go on from one another: ids, names, the ledger, migration and people's notes."""

import pathlib

import h5py
import numpy

import night

JOB = """
name = "nights"
seed = 7
[[source]]
name = "crm"
path = "{company}/accounts.csv"
key = "account_id"
[[source]]
name = "engagement"
path = "{company}/engagement.csv"
key = "account_id"
[[macro]]
name = "size"
column = "employees"
bands = [ {{ name = "Small", below = 51 }}, {{ name = "Large", from = 51 }} ]
[[segmentation]]
name = "all"
features = [{{ column = "employees", transform = "log1p" }}, {{ column = "clicks", transform = "log1p" }}, "industry"]
k = 6
refine = {{ min_accounts = 100, max_micro = 12 }}
[previous]
path = "{folder}/results/latest.h5"
notes = "{folder}/segments.csv"
[output]
path = "{folder}/results/{{night}}.h5"
"""


class Nights:
    def __init__(self, tessera, folder):
        self.tessera, self.folder = tessera, folder
        self.job = folder / "job.toml"

    def generate(self, k):
        company = self.folder / f"company-{k}"
        if not company.exists():
            self.tessera.call("generate", "--accounts", 3000, "--night", k, "--to", company)
        return company

    def run(self, date, company, ranks=1, **sets):
        self.job.write_text(JOB.format(company=company, folder=self.folder))
        words = [word for key, value in sets.items() for word in ("--set", f"{key.replace('__', '.')}={value}")]
        done = self.tessera.call("run", self.job, "--night", date, *words, ranks=ranks)
        return self.tessera.show(self.folder / "results" / f"{date}.h5"), done.stdout + done.stderr


def segments(summary):
    return {one["id"]: one for one in summary["segmentations"][0]["segments"]}


def evolution(summary):
    return summary["segmentations"][0]["evolution"]


def check_unchanged(first, second, path):
    told = evolution(second)
    assert told["since"] == first["night"], told["since"]
    for level, count in told["stayed"].items():
        assert count["both_nights"] == count["stayed"] == 3000, (level, count)
    assert {line["fate"] for line in told["ledger"]} == {"kept"}, told["ledger"]
    was, now = segments(first), segments(second)
    assert was.keys() == now.keys()
    for name in ("name", "colour", "level", "accounts"):
        assert {key: one[name] for key, one in was.items()} == {key: one[name] for key, one in now.items()}, name
    with h5py.File(path) as file:
        assignment = file["segmentations/all/assignment"]
        assert not numpy.any(assignment["moved"][:]), "somebody moved in an unchanged night"
        ids = file["segmentations/all/segments/id"][:]
        last = assignment["last_core/categories"][:][assignment["last_core/codes"][:]]
        assert numpy.array_equal(last, ids[assignment["core"][:]])


def check_ledger(summary, path, before):
    """The ledger and the migration add up to both nights' segments, and to the accounts' own rows."""
    told, now = evolution(summary), segments(summary)
    for line in told["ledger"]:
        if line["fate"] != "born":
            assert line["accounts_before"] == segments(before)[line["id"]]["accounts"], line
        if line["fate"] != "retired":
            assert line["accounts_after"] == now[line["id"]]["accounts"], line
    for level in ("core", "micro"):
        lines = [line for line in told["migration"] if line["level"] == level]
        for key, one in now.items():
            if one["level"] == level:
                assert one["accounts"] == sum(line["accounts"] for line in lines if line["to"] == key), key
    with h5py.File(path) as file:
        moved = file["segmentations/all/assignment/moved"][:]
    stayed = told["stayed"]["core"]
    assert stayed["both_nights"] == numpy.sum(moved >= 0) and stayed["stayed"] == numpy.sum(moved == 0)


def check_compare(tessera, earlier, later, summary):
    """`tessera compare` tells of two nights that follow one another what the later one's own ledger tells."""
    told = night.json.loads(tessera.call("compare", earlier, later, "--json").stdout)["segmentations"][0]
    assert not told["matched_by_accounts"]
    ledger = {line["id"]: line for line in evolution(summary)["ledger"] if line["level"] == "core"}
    assert {one["id"] for one in told["segments"]} == set(ledger)
    for one in told["segments"]:
        line = ledger[one["id"]]
        assert [one[key] for key in ("fate", "accounts_then", "accounts_now", "stayed", "other", "story")] == [
            line[key] for key in ("fate", "accounts_before", "accounts_after", "stayed", "other", "story")], (one, line)


def check_reasons(tessera, earlier, later, summary):
    """Why accounts moved since the night that the later one went on from; of any other night that is not known."""
    compared = night.json.loads(tessera.call("compare", earlier, later, "--json").stdout)["segmentations"][0]
    moved, told = compared["moved"], summary["segmentations"][0]["moves"]["core"]
    reasons = ("own_data", "centres", "job", "both", "unknown")
    assert moved["known"] and moved["accounts"] == compared["shared"] - compared["kept"] == sum(moved[one] for one in reasons), moved
    assert {one: moved[one] for one in reasons} == {one: told[one] for one in reasons}, (moved, told)
    ways = {(line["from"], line["to"]): line["accounts"] for line in compared["migration"] if line["from"] != line["to"]}
    assert {(one["from"], one["to"]): one["accounts"] for one in moved["ways"]} == ways, moved["ways"]
    text = tessera.call("compare", earlier, later).stdout
    assert ("for their own data" in text) == (moved["own_data"] > 0) and "Why is not known" not in text, text
    return moved


def check_reasons_not_known(tessera, earlier, later):
    compared = night.json.loads(tessera.call("compare", earlier, later, "--json").stdout)["segmentations"][0]
    assert not compared["moved"]["known"] and "went on from" in compared["moved"]["why_not"], compared["moved"]
    assert "Why is not known" in tessera.call("compare", earlier, later).stdout


def check_scored_beside(tessera, folder, company):
    """Accounts that were scored into a folder of nights are no night, and are told apart from the night that follows."""
    results, scored = folder / "results", folder / "results/2026-01-29-b.h5"
    tessera.call("score", results / "2026-01-28.h5", company / "accounts.csv", "-o", scored, "--source",
                 f"engagement={company}/engagement.csv")
    review = night.json.loads(tessera.call("compare", results / "latest.h5", "--since", "2026-01-28", "--json").stdout)
    assert review["nights"] == ["2026-01-28", "2026-01-29", "2026-01-30"], review["nights"]
    moved = night.json.loads(tessera.call("compare", results / "2026-01-28.h5", scored, "--json").stdout)["segmentations"][0]["moved"]
    assert moved["known"] and moved["accounts"] == moved["own_data"] > 0, moved
    moved = night.json.loads(tessera.call("compare", results / "2026-01-29.h5", scored, "--json").stdout)["segmentations"][0]["moved"]
    assert not moved["known"] and "scored" in moved["why_not"], moved
    scored.unlink()


def check_cards(tessera, results, summary, retired):
    """A card in words and as JSON; what is no more is told of, not denied."""
    for one in {one["level"]: one for one in summary["segmentations"][0]["segments"]}.values():
        card = night.json.loads(tessera.call("show", results, one["id"], "--json").stdout)["segments"][0]
        assert card["segmentation"] == "all" and all(card[key] == value for key, value in one.items()), (card, one)
        assert card["numbers"] and card["categories"] and card["since"] == evolution(summary)["since"], card
    gone = next(one for one in retired if one["followed_by"])
    told = tessera.call("show", results, gone["id"]).stdout
    assert f"is no more since the night of {gone['night']}" in told and gone["followed_by"] in told, told
    card = night.json.loads(tessera.call("show", results, gone["id"], "--json").stdout)
    assert not card["segments"] and card["retired"][0]["followed_by"] == gone["followed_by"], card
    never = tessera.call("show", results, "S-9999", "--json", check=False)
    assert never.returncode == 64 and "has no segment" in never.stderr, never


def check_words(nights, folder):
    """What is missing, something else or damaged is called so; of last night's results, what hangs on them."""
    results, tessera = folder / "results", nights.tessera
    (folder / "dangling.h5").symlink_to("nothing.h5")
    (folder / "empty.h5").touch()
    with h5py.File(folder / "foreign.h5", "w") as file:
        file["X"] = numpy.zeros(3)
    damaged = folder / "damaged.h5"
    damaged.write_bytes((results / "latest.h5").read_bytes()[:20000])
    for path, code, said in ((folder / "no.h5", 66, "no such file"), (folder / "dangling.h5", 66, "links to nothing.h5, which is not there"),
                             (folder / "empty.h5", 65, "is empty"), (folder, 65, "is a folder"), (nights.job, 65, "looks like a job"),
                             (folder / "company-0/accounts.csv", 65, "but text"), (results / "2026-01-30.json", 65, "the manifest"),
                             (folder / "foreign.h5", 65, "no results file of Tessera"), (damaged, 65, "The file is damaged")):
        for words in (("show", path), ("compare", results / "latest.h5", path)):
            done = tessera.call(*words, check=False)
            assert done.returncode == code and f"{path}: " in done.stderr and said in done.stderr, (path, done.returncode, done.stderr)
            assert ("damaged" in done.stderr) == (path == damaged) and "run the night again" not in done.stderr, done.stderr
    done = tessera.call("run", nights.job, "--night", "2026-01-31", "--set", f"previous.path={damaged}", check=False)
    assert done.returncode == 65 and "last night's results, by [previous]" in done.stderr and "stage" not in done.stderr, done.stderr


def main():
    tessera = night.Tessera(night.arguments(__doc__).parse_args())
    with night.temporary_folder() as name:
        folder = pathlib.Path(name)
        nights = Nights(tessera, folder)
        first, said = nights.run("2026-01-26", nights.generate(0))
        assert "this is the first night" in said, said
        for stage in ("ingest", "macro", "prepare", "kmeans", "insight", "evolve", "results"):
            assert f"stage {stage}\n" in said and f"stage {stage} took " in said, said
        assert 'stage="results"' in (folder / "results/last_run.prom").read_text()
        assert evolution(first) is None
        assert "is not there: nobody has noted anything" in said, said

        core = next(key for key, one in segments(first).items() if one["level"] == "core")
        (folder / "segments.csv").write_text(f"id,name,owner,next_action\n{core},Our Stars,Ada,call them\n")
        second, said = nights.run("2026-01-27", nights.generate(0), ranks=3)
        assert segments(second)[core]["name"] == "Our Stars" and segments(second)[core]["owner"] == "Ada"
        assert "kept their core segment" in tessera.call("show", folder / "results/2026-01-27.h5").stdout
        card = tessera.call("show", folder / "results/2026-01-27.h5", core).stdout
        assert "owner: Ada" in card and "next action: call them" in card, card
        (folder / "segments.csv").write_text("id,name\n")
        renamed = segments(second)
        third, _ = nights.run("2026-01-28", nights.generate(0))
        assert segments(third)[core]["owner"] == "" and segments(third)[core]["name"] == renamed[core]["name"]
        check_unchanged(second, third, folder / "results/2026-01-28.h5")

        # The same night at other ranks, and again when it is the newest itself: the same bits.
        tessera.call("run", nights.job, "--night", "2026-01-28", "--set", f"output.path={folder}/again.h5", ranks=3)
        assert tessera.show(folder / "again.h5")["digest"] == third["digest"]

        ever, before = set(segments(third)), third
        for n, date in ((1, "2026-01-29"), (30, "2026-01-30")):
            results = folder / "results" / f"{date}.h5"
            summary, _ = nights.run(date, nights.generate(n), ranks=1 + n % 2, **{"segmentation__all__k": 7 if n > 1 else 6})
            check_ledger(summary, results, before)
            check_compare(tessera, folder / "results" / f"{before['night']}.h5", results, summary)
            assert check_reasons(tessera, folder / "results" / f"{before['night']}.h5", results, summary)["accounts"] > 0
            came = set(segments(summary)) - set(segments(before))
            assert not came & ever, f"ids came back: {came & ever}"
            ever |= came
            before = summary
        fates = [line["fate"] for line in evolution(before)["ledger"] if line["level"] == "core"]
        assert fates.count("born") >= 1 and len([f for f in fates if f != "born" and f != "retired"]) >= 4, fates
        gone = {one["id"] for one in evolution(before)["retired"]}
        assert gone == ever - set(segments(before)), gone

        check_reasons_not_known(tessera, folder / "results/2026-01-28.h5", folder / "results/2026-01-30.h5")
        check_reasons_not_known(tessera, folder / "results/2026-01-30.h5", folder / "results/2026-01-29.h5")
        check_scored_beside(tessera, folder, nights.generate(1))
        check_cards(tessera, folder / "results/2026-01-30.h5", before, evolution(before)["retired"])
        check_words(nights, folder)

        (folder / "segments.csv").write_text("id,owner\nS-01,Ada\n")
        job = tessera.call("run", nights.job, "--night", "2026-01-31", check=False)
        assert job.returncode == 78 and "segments.csv:2:" in job.stderr, job.stderr
    print("five nights went on from one another")


main()
