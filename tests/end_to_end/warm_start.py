"""Night after night: the same accounts keep their segments to the last one; a few changed accounts go on from last night's model in
a few iterations, at the inertia of a fresh start; why accounts moved is what last night's model says of tonight's data, account by
account; the model moves no more of them than it may; and the digest is the same at any rank count."""

import pathlib
import random

import h5py
import numpy

import night

JOB = """name = "nights"
seed = 11
[[source]]
name = "crm"
path = "accounts.csv"
key = "id"
[[macro]]
name = "size"
column = "employees"
bands = [ { name = "Small", below = 60 }, { name = "Large", from = 60 } ]
[[segmentation]]
name = "all"
features = ["visits", "calls", { column = "employees", transform = "log1p" }, "kind"]
k = 6
starts = 8
refine = { min_accounts = 30, max_micro = 30, outliers = 4.0 }
[[segmentation]]
name = "inside"
scope = "macro"
features = ["visits", "calls"]
k = "auto"
k_max = 5
refine = { min_accounts = 40, max_micro = 20, features = ["calls"] }
[[segmentation]]
name = "coarse"
[previous]
path = "none.h5"
"""
REASONS = ("own_data", "centres", "job", "both", "unknown")
LEVELS = ("macro", "core", "micro")


def accounts(count=3000):
    draw = random.Random(5)
    table = {}
    for i in range(count):
        visits, calls = ((4, 4), (40, 6), (44, 50), (9, 60), (90, 20))[draw.randrange(5)]
        table[f"a{i}"] = [draw.gauss(visits, 5), draw.gauss(calls, 6), draw.choice((12, 30, 55, 70, 300)), draw.choice("xyz")]
    return table


def write(path, table):
    with open(path, "w", encoding="utf-8") as file:
        file.write("id,visits,calls,employees,kind\n")
        for name, (visits, calls, employees, kind) in table.items():
            file.write(f"{name},{visits:.4f},{calls:.4f},{employees},{kind}\n")


def changed(table, share, shift=0.0):
    """Some accounts with other data, a few gone, a few new; and all of them moved a little."""
    draw = random.Random(share)
    table = {name: [row[0] + shift, row[1] - shift, *row[2:]] for name, row in table.items()}
    for name in draw.sample(sorted(table), round(share * len(table))):
        table[name] = [draw.uniform(0, 100), draw.uniform(0, 70), draw.choice((12, 30, 300)), draw.choice("xyz")]
    for name in draw.sample(sorted(table), 20):
        table[name + "-new"] = table.pop(name)
    return table


def rebuilt(table):
    """Three groups become one, and one becomes three: going on from last night's centroids ends far from the best."""
    draw, rebuilt_table = random.Random(8), {}
    for name, (visits, calls, employees, kind) in table.items():
        if visits > 65:
            away = draw.randrange(3)
            visits, calls = visits + 200 * (away == 1), calls + 200 * (away == 2)
        elif visits > 20:
            visits, calls = visits % 10, calls % 10
        rebuilt_table[name] = [visits, calls, employees, kind]
    return rebuilt_table


class Results:
    """Ids of segments by level and account; how models began; why accounts moved."""

    def __init__(self, path):
        self.ids, self.moves, self.starts, self.quality = {}, {}, {}, {}
        with h5py.File(path) as file:
            names = [name.decode() for name in file["accounts/account_id"][:]]
            for one, group in file["segmentations"].items():
                ids = group["segments/id"][:]
                self.ids[one] = {level: {name: ids[row].decode() if row >= 0 else None
                                         for name, row in zip(names, group["assignment"][level][:])} for level in LEVELS}
                self.quality[one] = dict(group["quality"].attrs)
                table = group.get("evolution/reasons")
                self.moves[one] = [] if table is None else self.rows(table, ids)
            table = file.get("run/starts")
            if table is not None:
                kinds = [name.decode() for name in table["start/categories"][:]]
                for row, name in enumerate(table["segmentation"][:]):
                    self.starts[name.decode()] = {
                        "kind": kinds[table["start/codes"][row]], "why": table["why"][row].decode(), "step": table["step"][row],
                        "moved": table["moved_by_model"][row], "cost": table["cost"][row]}

    @staticmethod
    def rows(table, ids):
        levels = [name.decode() for name in table["level/categories"][:]]
        return [(levels[table["level/codes"][r]], table["from"][r].decode(), ids[table["to"][r]].decode() if table["to"][r] >= 0 else None,
                 *(int(table[reason][r]) for reason in REASONS)) for r in range(len(table["to"]))]


def expected_moves(before, crosswise, tonight, other_job=()):
    """By the definition: o last night, n tonight, x by last night's model and tonight's data."""
    moves = {}
    for level in LEVELS:
        for name, was in before[level].items():
            if name not in tonight[level] or was is None or was == tonight[level][name]:
                continue
            now, would_be = tonight[level][name], crosswise[level][name]
            reason = "own_data" if would_be == now else "both" if would_be != was else "job" if level in other_job else "centres"
            counts = moves.setdefault((level, was, now), dict.fromkeys(REASONS, 0))
            counts[reason] += 1
    return sorted(((*key, *counts.values()) for key, counts in moves.items()), key=str)


class Nights:
    def __init__(self, tessera, folder):
        self.tessera, self.folder = tessera, folder
        (folder / "job.toml").write_text(JOB, encoding="utf-8")

    def run(self, table, name, previous, ranks=1, sets=(), date="2026-02-01"):
        write(self.folder / "accounts.csv", table)
        self.tessera.run(self.folder / "job.toml", self.folder / name, ranks=ranks, night=date,
                         sets=[f"previous.path={self.folder / previous}", *sets])
        return Results(self.folder / name)

    def crosswise(self, previous):
        """Last night's model on what accounts.csv holds now."""
        out = self.folder / "crosswise.h5"
        self.tessera.call("score", self.folder / previous, self.folder / "accounts.csv", "-o", out)
        return Results(out).ids

    def digest(self, name):
        return self.tessera.show(self.folder / name)["digest"]


def check_changed_night(nights, table, first):
    second = nights.run(changed(table, 0.02), "second.h5", "first.h5", ranks=2)
    crosswise = nights.crosswise("first.h5")
    for one in ("all", "inside", "coarse"):
        expected = expected_moves(first.ids[one], crosswise[one], second.ids[one])
        assert sorted(second.moves[one], key=str) == expected, (one, second.moves[one], expected)
    assert second.starts["all"]["kind"] == second.starts["inside"]["kind"] == "warm", second.starts
    assert any(move[3] for move in second.moves["all"]) and second.moves["inside"]
    summary = {one["name"]: one for one in nights.tessera.show(nights.folder / "second.h5")["segmentations"]}
    assert summary["all"]["start"]["kind"] == "warm" and summary["all"]["moves"]["core"]["accounts"] == sum(
        sum(move[3:]) for move in second.moves["all"] if move[0] == "core"), summary["all"]["moves"]
    digest = nights.digest("second.h5")
    nights.run(changed(table, 0.02), "again.h5", "first.h5", ranks=3)
    assert nights.digest("again.h5") == digest
    fresh = nights.run(changed(table, 0.02), "fresh.h5", "first.h5", sets=["previous.warm_start=false"])
    assert fresh.starts["all"]["kind"] == "fresh", fresh.starts
    warm, cold = (result.quality["all"]["inertia"] for result in (second, fresh))
    assert warm <= cold * 1.02, (warm, cold)


def check_fresh_starts(nights, table):
    due = nights.run(changed(table, 0.02), "due.h5", "first.h5", sets=['previous.fresh_every="20 days"'], date="2026-02-25")
    assert due.starts["all"]["kind"] == "fresh" and "20 days" in due.starts["all"]["why"], due.starts
    other = nights.run(table, "other.h5", "first.h5", sets=["segmentation.all.k=5"])
    assert other.starts["all"]["kind"] == "fresh" and other.starts["inside"]["kind"] == "kept", other.starts
    assert sum(sum(move[3:]) for move in other.moves["all"] if move[0] == "core") == sum(
        move[5] for move in other.moves["all"] if move[0] == "core") > 0, other.moves["all"]
    worse = nights.run(rebuilt(table), "worse.h5", "first.h5")
    assert worse.starts["inside"]["kind"] == "fresh" and "sample" in worse.starts["inside"]["why"], worse.starts


def check_new_macro(nights, table):
    """A macro segment that was empty last night: it gets segments of its own, and nobody of the others moves."""
    small = {name: row for name, row in table.items() if row[2] < 60}
    few = ["segmentation.inside.k_max=2", 'segmentation.inside.refine.features=["visits"]']  # so that there is something to refine
    before = nights.run(small, "small.h5", "none.h5", date="2026-01-31",
                        sets=[*few, 'previous.first_night="2026-01-31"']).ids["inside"]
    for ranks in (2, 3):
        after = nights.run(table, f"both-{ranks}.h5", "small.h5", ranks=ranks, sets=few)
        assert after.starts["inside"]["kind"] == "warm", after.starts
    assert nights.digest("both-2.h5") == nights.digest("both-3.h5")
    assert not after.moves["inside"], after.moves["inside"]
    ids, new = after.ids["inside"], {}
    for level in LEVELS:
        assert all(ids[level][name] == before[level][name] for name in small), level
        new[level] = {ids[level][name] for name in table if name not in small}
        assert not new[level] & set(before[level].values()), (level, new[level])
    assert [len(new[level]) for level in LEVELS] == [1, 2, 5], new  # the accounts are of five kinds


def check_bound(nights, table, first):
    """All accounts drift: the model would follow them, as far as it may."""
    drifted = changed(table, 0.01, shift=3.0)
    free = nights.run(drifted, "free.h5", "first.h5", sets=["previous.max_worse=10.0"])
    crosswise = nights.crosswise("first.h5")["all"]["core"]

    def moved(result):
        both = [name for name in result.ids["all"]["core"] if name in first.ids["all"]["core"]]
        return sum(result.ids["all"]["core"][name] != crosswise[name] for name in both), len(both)

    freely, both = moved(free)
    assert freely > 5, freely
    for share in (0.0, 0.4 * freely / both):
        held = nights.run(drifted, "held.h5", "first.h5", ranks=2,
                          sets=["previous.max_worse=10.0", f"previous.max_moved_by_model={share}"])
        count, _ = moved(held)
        start = held.starts["all"]
        assert count == start["moved"] <= share * both and start["step"] < 1.0 and start["cost"] >= 0.0, (count, start)
        due = nights.run(drifted, "due.h5", "first.h5", sets=[
            "previous.max_worse=10.0", f"previous.max_moved_by_model={share}", 'previous.fresh_every="1 day"'])
        assert due.starts["all"]["kind"] == start["kind"] and "a fresh start is due" in due.starts["all"]["why"], due.starts
        assert share > 0.0 or (count == 0 and start["step"] < 0.2), start


def main():
    tessera = night.Tessera(night.arguments(__doc__).parse_args())
    with night.temporary_folder() as scratch:
        nights = Nights(tessera, pathlib.Path(scratch))
        table = accounts()
        first = nights.run(table, "first.h5", "none.h5", date="2026-01-31")
        assert {start["kind"] for start in first.starts.values()} == {"fresh"} and not any(first.moves.values())
        same = nights.run(dict(reversed(table.items())), "same.h5", "first.h5", ranks=2)
        assert same.ids == first.ids and same.starts["all"]["kind"] == "kept" and not any(same.moves.values()), same.starts
        check_changed_night(nights, table, first)
        check_fresh_starts(nights, table)
        check_new_macro(nights, table)
        check_bound(nights, table, first)
    print("OK")


if __name__ == "__main__":
    main()
