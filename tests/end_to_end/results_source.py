"""Last night's results as a source of tonight's job: every column and segment of an account comes back as it was, to the last bit,
and the digest is the same at any number of ranks. What is not ours is refused with what to do."""

import csv
import datetime
import math
import pathlib
import random

import h5py
import numpy

import night

COLUMNS = {"employees": "number", "net / ratio": "number", "industry": "category", "active": "flag", "since": "date", "label": "text"}
FIRST = """name = "first"
[[source]]
name = "crm"
path = "crm.csv"
key = "account_id"
{columns}
[[macro]]
name = "size"
column = "employees"
bands = [ {{ name = "Small, still", below = 300 }}, {{ name = "Large", from = 300 }} ]
[value]
column = "employees"
customer = "active"
[[segmentation]]
name = "by.size"
features = ["employees", "industry"]
k = 4
refine = {{ min_accounts = 20, max_micro = 12 }}
[[segmentation]]
name = "customers % ratio"
population = "customers"
features = ["employees", "net / ratio"]
k = 2
"""
SECOND = """name = "second"
[[source]]
name = "crm"
path = "crm.csv"
key = "account_id"
[[source]]
name = "last"
path = "half-*.h5"
key = "account_id"
{columns}
[columns."last.crm_employees"]
max = 1000
[[segmentation]]
name = "tonight"
features = ["crm.employees", "last.by_size_core", "last.customers % ratio_core"]
k = 5
"""
SEGMENTS = {"by_size": "by.size", "customers % ratio": "customers % ratio"}
EPOCH = datetime.date(1970, 1, 1)


def make_accounts(draw):
    """Rows of CSV texts: hard doubles, quotes, commas, line feeds, and blanks everywhere."""
    words = ["steel", "bread, \"fine\"", "Möbel", "NaCl", "a;b"]
    rows = []
    for i in range(400):
        ratio = draw.choice([draw.random() * 10.0 ** draw.randrange(-300, 300), draw.random(), float(draw.randrange(5))])
        since = EPOCH + datetime.timedelta(days=draw.randrange(-20000, 20000))
        row = [f"{i}, \"é{i % 7}\"", str(draw.randrange(1, 900)), repr(ratio), draw.choice(words), draw.choice(["yes", "no"]),
               since.isoformat(), f"line {i}\nof \"two\"," if i % 2 else f"plain {i}"]
        rows.append([cell if c == 0 or draw.random() > 0.1 else "" for c, cell in enumerate(row)])
    rows[0][1] = "5000"  # too much for tonight
    rows[0][6] = "plain"
    return rows


def write_accounts(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([["account_id", *COLUMNS], *rows])


def link(name):
    """A column's name as HDF5 has it."""
    return name.replace("%", "%25").replace("/", "%2F")


def cells(column):
    """A column of a results file as Python values; what is missing is None."""
    if isinstance(column, h5py.Group):
        names = [name.decode() for name in column["categories"][:]]
        return [None if code < 0 else names[code] for code in column["codes"][:]]
    values = column[:]
    if values.dtype.kind == "S":
        return [value.decode() or None for value in values]
    if values.dtype.kind == "f":
        return [None if math.isnan(value) else float(value).hex() for value in values]
    least = -2**31 if values.dtype.itemsize == 4 else -1
    return [None if value == least else int(value) for value in values]


def read_night(path):
    """What an account should bring to tonight, by the names of tonight's columns."""
    with h5py.File(path, "r") as file:
        accounts = file["accounts"]
        ids = cells(accounts["account_id"])
        found = {f"crm_{name}": cells(accounts[link(f"crm.{name}")]) for name in COLUMNS}
        found["value"], found["is_customer"] = cells(accounts["value"]), cells(accounts["is_customer"])
        groups = {group.attrs["name"].decode() if isinstance(group.attrs["name"], bytes) else group.attrs["name"]: group
                  for group in file["segmentations"].values()}
        for ours, theirs in SEGMENTS.items():
            segments, assignment = groups[theirs]["segments"], groups[theirs]["assignment"]
            for level in ("macro", "core", "micro"):
                for ending, column in (("", "id"), ("_name", "name")):
                    texts = cells(segments[column])
                    found[f"{ours}_{level}{ending}"] = [None if row < 0 else texts[row] for row in assignment[level][:]]
        return ids, found


def check_night(path, expected, typed, lost):
    """Tonight's accounts against those of the nights that they come from."""
    with h5py.File(path, "r") as file:
        accounts = {name: cells(column) for name, column in file["accounts"].items()}
        quarantined = [(pathlib.Path(str(name)).name, int(line)) for name, line in
                       zip(cells(file["ingest/quarantine/file"]), file["ingest/quarantine/line"][:])]
    assert quarantined == [lost], quarantined
    compared = 0
    for i, account in enumerate(accounts["account_id"]):
        for name in typed:
            value = expected.get(account, {}).get(name)
            assert accounts[link(f"last.{name}")][i] == value, (account, name, value)
            compared += value is not None
    return compared


def check_refused(tessera, folder, name, bytes_or_file, exit_code, *parts):
    if isinstance(bytes_or_file, bytes):
        (folder / name).write_bytes(bytes_or_file)
    else:
        with h5py.File(folder / name, "w") as file:
            bytes_or_file(file)
    done = tessera.call("run", folder / "second.toml", "--set", f"source.last.path={folder / name}", "--set",
                        f"output.path={folder / 'refused.h5'}", check=False)
    assert done.returncode == exit_code, (name, done.returncode, done.stderr)
    for part in parts:
        assert part in done.stderr, (name, part, done.stderr)


def check_refusals(tessera, folder):
    done = tessera.call("run", folder / "second.toml", "--set", f"source.last.path={folder}/half-[1].*", "--set",
                        "source.last.header=[\"account_id\", \"x\"]", check=False)
    assert done.returncode == 78 and "half-1.h5: the file names its columns itself" in done.stderr, done.stderr
    (folder / "a1.csv").write_text("account_id;x\n1;2\n")

    def older(file):
        file.attrs["format"] = numpy.bytes_("tessera-results")
        file.attrs["format_version"] = 99

    check_refused(tessera, folder, "text.h5", b"account_id,x\n1,2\n", 65, "text.h5", "Tessera's own results")
    check_refused(tessera, folder, "other.h5", lambda file: file.create_dataset("X", data=[[1.0]]), 65, "other.h5",
                  "attribute \"format\"", "kind = \"matrix\"")
    check_refused(tessera, folder, "newer.hdf5", older, 65, "newer.hdf5", "version is 99")
    whole = (folder / "half-1.h5").read_bytes()
    check_refused(tessera, folder, "cut.h5", whole[:len(whole) // 2], 65, "cut.h5")
    done = tessera.call("run", folder / "second.toml", "--set", f"source.last.path={folder}/*1.[h5c]*", check=False)
    assert done.returncode == 65 and "half-1.h5: the file is of another format than" in done.stderr, done.stderr


def main():
    tessera = night.Tessera(night.arguments(__doc__).parse_args())
    draw = random.Random(11)
    rows = make_accounts(draw)
    with night.temporary_folder() as name:
        folder = pathlib.Path(name)
        (folder / "first.toml").write_text(FIRST.format(columns="\n".join(
            f"[columns.\"{column}\"]\ntype = \"{kind}\"" for column, kind in COLUMNS.items())))
        expected, lost = {}, None
        for half in (1, 2):
            # The first half has no line feeds in its texts, so the place of a row is its line.
            write_accounts(folder / "crm.csv", [row for i, row in enumerate(rows) if i % 2 == half - 1])
            tessera.run(folder / "first.toml", folder / f"half-{half}.h5", ranks=half)
            ids, found = read_night(folder / f"half-{half}.h5")
            if half == 1:
                lost = ("half-1.h5", ids.index(rows[0][0]) + 1)
            expected.update({account: {column: values[i] for column, values in found.items()} for i, account in enumerate(ids)})
        del expected[rows[0][0]]
        types = {f"crm_{column}": kind for column, kind in COLUMNS.items() if column != "employees"}
        types.update({"value": "number", "is_customer": "flag"})
        for ours in SEGMENTS:
            types.update({f"{ours}_{level}{ending}": "category" for level in ("macro", "core", "micro") for ending in ("", "_name")
                          if level != "micro" or ours == "by_size"})
        (folder / "second.toml").write_text(SECOND.format(columns="\n".join(
            f"[columns.\"last.{column}\"]\ntype = \"{kind}\"" for column, kind in types.items())))
        tonight = rows[40:] + [[f"new {i}", "7", "0.5", "steel", "yes", "2020-02-02", "x"] for i in range(30)] + rows[:1]
        write_accounts(folder / "crm.csv", tonight)
        digests = set()
        for ranks in (1, 2, 3):
            summary = tessera.run(folder / "second.toml", folder / "tonight.h5", ranks=ranks)
            night.check_reconciled(summary)
            source = next(one for one in summary["sources"] if one["source"] == "last")
            assert (source["rows_read"], source["used"], source["unmatched"], source["quarantined"]) == (400, 360, 39, 1), source
            compared = check_night(folder / "tonight.h5", expected, [*types, "crm_employees"], lost)
            digests.add(summary["digest"])
        assert len(digests) == 1, f"the number of ranks shows in the digest: {digests}"
        check_refusals(tessera, folder)
    print(f"results as a source: {compared} cells as they were, {digests}")


if __name__ == "__main__":
    main()
