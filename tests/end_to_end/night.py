"""Runs the tessera program for the end-to-end tests: ranks, threads, SIMD targets, exit codes, digests."""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

PROJECT = pathlib.Path(__file__).resolve().parents[2]
TEST_DATA = pathlib.Path(os.environ.get("TESSERA_TEST_DATA", PROJECT.parent / "shared" / "data")).resolve()
SKIPPED = 77  # what ctest is told to read as "skipped"


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--tessera", default=str(PROJECT / "build/release/tessera"))
    parser.add_argument("--mpirun", default="mpirun")
    return parser


def need_test_data(*parts):
    """The path of real data, or the end of a test that says what it misses."""
    path = TEST_DATA.joinpath(*parts)
    if not path.exists():
        print(f"SKIPPED: {path} is absent; set TESSERA_TEST_DATA to the folder of real data")
        sys.exit(SKIPPED)
    return path


def environment(threads=1):
    """What every run of the program is given, however it is started; Open MPI refuses root without these words."""
    return {**os.environ, "OMP_NUM_THREADS": str(threads), "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
            "OMPI_MCA_mpi_yield_when_idle": "1", "TESSERA_TEST_DATA": str(TEST_DATA)}


class Tessera:
    def __init__(self, options):
        self.program, self.mpirun = options.tessera, options.mpirun

    def call(self, *words, ranks=1, threads=1, simd=None, env=None, check=True, timeout_s=900):
        """Runs one command; under mpirun where ranks > 1. Returns the CompletedProcess; its output is text."""
        variables = {**environment(threads), **(env or {})}
        if simd:
            variables["TESSERA_SIMD"] = simd
        launcher = [self.mpirun, "--oversubscribe", "--bind-to", "none", "-n", str(ranks)] if ranks > 1 else []
        done = subprocess.run([*launcher, self.program, *map(str, words)], env=variables, timeout=timeout_s,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
        if check and done.returncode != 0:
            sys.exit(f"FAILED (exit {done.returncode}): {' '.join(map(str, words))} on {ranks} ranks\n"
                     f"{done.stdout}\n{done.stderr}")
        return done

    def run(self, job, output, ranks=1, threads=1, simd=None, env=None, sets=(), night="2026-01-31"):
        """Runs a job into `output` (a path, without {night}) and returns its summary as `show --json` tells it. The night is built,
        even if the same had been published there before."""
        pathlib.Path(output).with_suffix(".json").unlink(missing_ok=True)
        words = ["run", job, "--night", night, "--set", f"output.path={output}"]
        for key_value in sets:
            words += ["--set", key_value]
        self.call(*words, ranks=ranks, threads=threads, simd=simd, env=env)
        return self.show(output)

    def show(self, results):
        return json.loads(self.call("show", results, "--json").stdout)

    def simd_targets(self):
        return json.loads(self.call("doctor", "--json").stdout)["simd"]["can_run"]


def check_reconciled(summary):
    """Nothing lost, nothing invented: every row read is accounted for."""
    for source in summary["sources"]:
        parts = sum(source[name] for name in ("used", "duplicates", "unmatched", "forgotten", "quarantined"))
        assert source["rows_read"] == parts, f"{source['source']}: {source['rows_read']} rows read, {parts} accounted for"


def temporary_folder():
    return tempfile.TemporaryDirectory(prefix="tessera-test-")
