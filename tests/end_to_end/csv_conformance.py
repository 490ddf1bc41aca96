"""CSV as others read it: random tables against Python's csv module, cut anywhere; the W3C's tables; the Big List of Naughty
Strings through a whole night; gzip files with the digest of the plain ones."""

import csv
import gzip
import io
import json
import pathlib
import random
import subprocess

import h5py

import night

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
DELIMITERS = ",;\t|"
PIECES = ["a", "b c", '"', '""', "\n", "\r\n", "\r", ",", ";", "\t", "|", " ", "é", "数", "1,234.5", "'", "\\", "-", "x" * 40]


class Table:
    """A random table as text, and where its rows start."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.delimiter = self.random.choice(DELIMITERS)
        self.n_columns = self.random.randint(2, 6)
        newline = self.random.choice(["\n", "\r\n"])
        rows = [[f"c{i}" for i in range(self.n_columns)]]
        for _ in range(self.random.randint(0, 12)):
            n_cells = self.n_columns if self.random.random() < 0.9 else self.random.randint(1, 8)
            rows.append([self.cell() for _ in range(n_cells)] if self.random.random() < 0.95 else [])
        self.lines = [self.delimiter.join(self.written(cell) for cell in row) for row in rows]
        ends = [newline] * len(rows)
        if self.random.random() < 0.3 and self.lines[-1]:
            ends[-1] = ""
        text = "".join(line + end for line, end in zip(self.lines, ends))
        self.starts = [1]
        for line, end in zip(self.lines, ends):
            self.starts.append(self.starts[-1] + (line + end).count("\n"))
        self.text = text
        mark = BYTE_ORDER_MARK if self.random.random() < 0.2 else b""
        self.bytes = mark + text.encode()

    def cell(self):
        return "".join(self.random.choice(PIECES) for _ in range(self.random.randint(0, 4)))

    def written(self, cell):
        """Quoted where it must be, and now and then where it need not; quotes within an unquoted cell are text."""
        must = any(c in cell for c in self.delimiter + "\r\n") or cell.startswith('"')
        if must or self.random.random() < 0.3:
            return '"' + cell.replace('"', '""') + '"'
        return cell

    def command(self):
        ranks = self.random.randint(1, 7)
        block_bytes = self.random.choice([1, 2, 3, 5, 8, 13, 40, 100, 1 << 20])
        return b"%d %d %d\n" % (len(self.bytes), ranks, block_bytes) + self.bytes

    def expected(self):
        """What Python's csv module reads: [line, cells], or [line, what is wrong]."""
        rows = []
        read = list(csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter, strict=True))
        assert len(read) == len(self.lines), "the table is not what it was made to be"
        for line, cells in list(zip(self.starts, read))[1:]:
            if len(cells) == self.n_columns:
                rows.append([line, cells])
            elif cells:
                rows.append([line, "too few fields" if len(cells) < self.n_columns else "too many fields"])
        return {"columns": read[0], "rows": rows}


def read_tables(driver, commands):
    done = subprocess.run([driver], input=b"".join(commands), stdout=subprocess.PIPE, check=True, timeout=300)
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def check_random_tables(driver, n_tables):
    for first in range(0, n_tables, 1000):
        tables = [Table(seed) for seed in range(first, min(first + 1000, n_tables))]
        found = read_tables(driver, [table.command() for table in tables])
        assert len(found) == len(tables)
        for seed, (table, rows) in enumerate(zip(tables, found), first):
            assert rows == table.expected(), f"table {seed}: {table.bytes!r}\n{rows}\n{table.expected()}"
    print(f"{n_tables} random tables as Python's csv module reads them")


def check_w3c_tables(driver):
    """Every table is read, or refused with its file and line; a row that is left out has a reason."""
    paths = sorted(night.need_test_data("csv_conformance", "w3c-csvw", "tests").rglob("*.csv"))
    assert len(paths) > 50, len(paths)
    commands = [b"%d 3 17\n" % len(path.read_bytes()) + path.read_bytes() for path in paths]
    refused = 0
    for path, table in zip(paths, read_tables(driver, commands)):
        if "error" in table:
            assert "table.csv:1: " in table["error"], f"{path}: {table}"
            refused += 1
            continue
        with open(path, newline="", encoding="utf-8-sig") as file:
            n_lines = len([row for row in csv.reader(file) if row]) - 1
        single = len(table["columns"]) == 1  # there, a blank line is a row
        assert len(table["rows"]) == n_lines or single, f"{path}: {len(table['rows'])} rows, not {n_lines}"
        for line, row in table["rows"]:
            assert line > 1 and row, f"{path}: {line} {row}"
    print(f"{len(paths)} tables of the W3C, {refused} of them refused by name and line")


JOB = """name = "conformance"
[[source]]
name = "crm"
path = "%s"
key = "account"
[columns.name]
type = "text"
[[segmentation]]
name = "s"
features = ["x"]
k = 2
[output]
path = "out.h5"
"""


def naughty_rows():
    lines = night.need_test_data("csv_conformance", "blns", "blns.txt").read_bytes().decode().split("\n")
    return sorted({line for line in lines if line.strip(" \t\r\v\f\n")})


def check_naughty_strings(tessera, folder):
    """As ids of accounts they come back byte for byte, and beside others as text: alone, "NULL" would be a missing text."""
    names = naughty_rows()
    with open(folder / "naughty.csv", "w", newline="", encoding="utf-8") as file:
        rows = ([name, f"[{name}]", i] for i, name in enumerate(names))
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([["account", "name", "x"], *rows])
    (folder / "naughty.toml").write_text(JOB % "naughty.csv")
    output = folder / "naughty.h5"
    night.check_reconciled(tessera.run(folder / "naughty.toml", output, ranks=3))
    with h5py.File(output) as file:
        found = [bytes(name).decode() for name in file["accounts/account_id"][:]]
        texts = [bytes(text).decode() for text in file["accounts/crm.name"][:]]
    assert sorted(found) == names, sorted(set(found) ^ set(names))
    assert texts == [f"[{name}]" for name in found]
    print(f"{len(names)} naughty strings back, byte for byte")


def check_gzip(tessera, folder):
    """Many files, some larger; plain, packed and mixed give one digest at any number of ranks."""
    digests = {}
    for packed in ("plain", "packed", "mixed"):
        for f in range(5):
            rows = "".join(f'A{i:05},"name, {i}",{i % 97}.5\n' for i in range(f, 3000 * (f + 1), 3))
            data = ("account,name,x\n" + rows).encode()
            target = folder / packed / (f"part-{f}.csv" + (".gz" if packed == "packed" else ""))
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(gzip.compress(data) if packed == "packed" or (packed == "mixed" and f % 2) else data)
        (folder / f"{packed}.toml").write_text(JOB % f"{packed}/part-*")
        for ranks in (1, 3):
            summary = tessera.run(folder / f"{packed}.toml", folder / "gzip.h5", ranks=ranks)
            night.check_reconciled(summary)
            digests[packed, ranks] = summary["digest"]
    assert len(set(digests.values())) == 1, digests
    print("gzip files give the digest of the plain ones")


def main():
    parser = night.arguments(__doc__)
    parser.add_argument("--csv-rows", required=True, help="the reader under test, built beside the tests")
    parser.add_argument("--tables", type=int, default=20000)
    options = parser.parse_args()
    tessera = night.Tessera(options)
    check_random_tables(options.csv_rows, options.tables)
    with night.temporary_folder() as name:
        check_gzip(tessera, pathlib.Path(name))
        check_naughty_strings(tessera, pathlib.Path(name))
    check_w3c_tables(options.csv_rows)


if __name__ == "__main__":
    main()
