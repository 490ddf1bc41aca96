"""One timed reading of the table by each of those that are compared. Each runs in a process of its own, reads the file once before the clock
starts, and says what types it found: a reader that leaves dates or numbers as text is refused, as it would do less than the others."""

import json
import os
import pathlib
import subprocess
import sys
import time

from company_table import COLUMNS, DATES

HERE = pathlib.Path(__file__).resolve().parent
DUCKDB = "@duckdb/node-api@1.5.6-r.1"

# The first feature and k are there as a job needs them; nothing is clustered.
JOB = """name = "ingest"
[[source]]
name = "crm"
path = "{path}"
key = "account_id"
{columns}
[[segmentation]]
name = "all"
features = ["employees"]
k = 2
"""
# The scan takes a column of a million different cells for text, and text that no job names is read past: these it shall keep.
KEPT_TEXT = '[columns.{}]\ntype = "text"\n'


def call(words, **more):
    words = [str(word) for word in words]
    try:
        done = subprocess.run(words, env=dict(os.environ, **more), capture_output=True, text=True)
    except FileNotFoundError:
        sys.exit(f"there is no program {words[0]}: install or build it, or say where it is (--help)")
    if done.returncode != 0:
        sys.exit(f"{' '.join(words)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


class Contenders:
    """Makes functions that each do one timed run and give {"seconds", perhaps "peak_bytes"}."""

    def __init__(self, table, rows, threads):
        self.table, self.rows, self.threads = table, rows, threads

    def checked(self, who, result):
        """`result` has "rows" and "kinds": those of COLUMNS that the reader told apart from text."""
        if result["rows"] != self.rows:
            sys.exit(f"{who} found {result['rows']} rows of {self.rows}")
        if lost := COLUMNS.keys() - result["kinds"].keys() - {"account_id"}:  # Tessera has the key elsewhere
            sys.exit(f"{who} did not keep {', '.join(sorted(lost))}")
        for column, kind in COLUMNS.items():
            if kind in ("number", "flag", "date") and result["kinds"][column] != kind:
                sys.exit(f"{who} took {column} for {result['kinds'][column]}, not for a {kind}")
        return result

    def tessera(self, starter, program, ranks, part=()):
        """`part`: ("typed",) for the columns alone, without shuffle and account table."""
        job = self.table.with_suffix(".toml")
        text_columns = [name for name, kind in COLUMNS.items() if kind == "text" and name != "account_id"]
        job.write_text(JOB.format(path=self.table.name, columns="".join(map(KEPT_TEXT.format, text_columns))))

        def run():
            threads = max(1, self.threads // ranks)
            printed = call([*starter, program, job, "1", *part], OMP_NUM_THREADS=str(threads))
            result = json.loads(printed)
            result["seconds"] = result["seconds"][0]
            return self.checked("Tessera", result)

        return run

    def duckdb(self, folder):
        if not (folder / "node_modules" / "@duckdb").exists():
            folder.mkdir(parents=True, exist_ok=True)
            call(["npm", "install", "--no-audit", "--no-fund", "--prefix", folder, DUCKDB])
        words = ["node", HERE / "duckdb_create_table.mjs", folder, self.table, self.threads]
        return lambda: self.checked("DuckDB", json.loads(call(words)))

    def pandas(self, python):
        """By engine: "c" is the default; "pyarrow" runs where the Python has it."""
        words = [python, HERE / "pandas_read.py", self.table, ",".join(DATES)]
        has_arrow = subprocess.run([python, "-c", "import pyarrow"], capture_output=True).returncode == 0
        engines = {"pandas": "c", **({"pandas, pyarrow": "pyarrow"} if has_arrow else {})}
        return {name: lambda engine=engine: self.checked("pandas", json.loads(call([*words, engine]))) for name, engine in engines.items()}

    def wc(self):
        def run():
            start = time.perf_counter()
            lines = int(call(["wc", "-l", self.table]).split()[0])
            seconds = time.perf_counter() - start
            if lines != self.rows + 1:
                sys.exit(f"wc found {lines} lines")
            return {"seconds": seconds}

        return run
