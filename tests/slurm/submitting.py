"""What jobs/nightly.sh and jobs/business_units.sh submit, with a stand-in for sbatch: scripts that are there, the program that was
built with them, the options that each job of a chain needs, logs where they are wanted. This needs no cluster.
"""

import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))
import night  # noqa: E402

# Tells a line a job: what it was called with and by which variables, parted by bars, and prints a number.
SBATCH = """#!/bin/bash
{ for word in "$@" "TESSERA=$TESSERA" "TESSERA_NIGHT=$TESSERA_NIGHT" "$TESSERA_SUBMIT_OPTIONS"; do printf '%s|' "$word"; done; echo; } >> submitted
wc -l < submitted
"""


class Submitted:
    def __init__(self, folder, script, *words, jobs=night.PROJECT / "jobs", **environment):
        (folder / "sbatch").write_text(SBATCH)
        (folder / "sbatch").chmod(0o755)
        (folder / "submitted").unlink(missing_ok=True)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TESSERA")}
        done = subprocess.run([jobs / script, *words], cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              env={**kept, "PATH": f"{folder}:{os.environ['PATH']}", **environment})
        self.code, self.said = done.returncode, done.stdout + done.stderr
        lines = (folder / "submitted").read_text().splitlines() if (folder / "submitted").exists() else []
        self.jobs = [line.split("|")[:-1] for line in lines]
        assert self.code == 0 or not self.jobs, self.said


def check_scripts(submitted):
    for words in submitted.jobs:
        script = next(word for word in words if word.endswith(".sbatch"))
        assert pathlib.Path(script).is_file(), f"{script} is not there"
        yield words, pathlib.Path(script).name


def check_chain(folder):
    options = ["--nodes=4", "--partition", "night", "-A", "sales", "--qos=low", "--comment=two words"]
    submitted = Submitted(folder, "nightly.sh", "job file.toml", *options, TESSERA_NIGHT="2026-01-31", TESSERA_LOGS="logs")
    assert submitted.said == "night of 2026-01-31: run 1, compare 2, report 3\n", submitted.said
    (run, _), (compare, _), (report, _) = names = list(check_scripts(submitted))
    assert [name for _, name in names] == ["nightly.sbatch", "compare.sbatch", "report.sbatch"], names
    assert all(option in run for option in options), run
    for words, name, after in ((compare, "compare", "afterok:1"), (report, "report", "afterok:1,afterany:2")):
        assert [word for word in options if word in words] == ["--partition", "night", "-A", "sales", "--qos=low"], words
        assert f"--output=logs/tessera-{name}-%j.log" in words and f"--dependency={after}" in words, words
        assert "--kill-on-invalid-dep=yes" in words, words
    for words in (run, compare, report):
        assert str(folder / "job file.toml") in words and "TESSERA_NIGHT=2026-01-31" in words, words
    assert run[-1] == "--nodes=4 --partition night -A sales --qos=low --comment=two\\ words", run[-1]
    assert (folder / "logs").is_dir()


def check_plain(folder):
    submitted = Submitted(folder, "nightly.sh", "job file.toml")
    assert len(submitted.jobs) == 3 and submitted.jobs[0][-1] == "", submitted.jobs
    assert not [word for words in submitted.jobs for word in words if word.startswith("--output")], submitted.jobs
    assert Submitted(folder, "nightly.sh", "absent.toml").code != 0
    assert Submitted(folder, "nightly.sh", "job file.toml", "--partition").code != 0


def check_environment(folder):
    """What a crontab has no environment for."""
    (folder / "job file.env").write_text("TESSERA=/opt/of/env\nTESSERA_NIGHT=2026-01-30\nTESSERA_LOGS='my logs'\n")
    words = Submitted(folder, "nightly.sh", "job file.toml").jobs[0]
    assert {"TESSERA=/opt/of/env", "TESSERA_NIGHT=2026-01-30", "--output=my logs/tessera-nightly-%j.log"} <= set(words), words
    words = Submitted(folder, "nightly.sh", "job file.toml", TESSERA_NIGHT="2026-01-29").jobs[0]
    assert "TESSERA_NIGHT=2026-01-29" in words, "the night that was asked for goes before"
    (folder / "job file.env").unlink()


def check_units(folder):
    (folder / "units").write_text("a.toml\nb.toml\n")
    submitted = Submitted(folder, "business_units.sh", "units", "--account=sales", TESSERA_LOGS=str(folder / "logs"))
    (words, name), = check_scripts(submitted)
    assert name == "segment.sbatch" and "--array=1-2%4" in words and "--account=sales" in words, words
    assert f"--output={folder}/logs/tessera-unit-%A-%a.log" in words, words
    (folder / "units").write_text("# none\n")
    assert Submitted(folder, "business_units.sh", "units").code == 64


def main():
    with night.temporary_folder() as name:
        folder = pathlib.Path(name)
        (folder / "job file.toml").touch()
        check_chain(folder)
        check_plain(folder)
        check_environment(folder)
        check_units(folder)
    print("what is submitted is what was asked for")


if __name__ == "__main__":
    main()
