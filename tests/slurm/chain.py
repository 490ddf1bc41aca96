"""What jobs/ submits: a night as a chain of run, comparison and summary, of which the last two are for a night that was published;
and the nights of business units as a job array, of which one that fails leaves the others alone.
"""

import os
import pathlib
import subprocess

import testbed
from testbed import night

JOB = night.PROJECT / "jobs/company.toml"
FIRST, SECOND, THIRD = "2026-01-29", "2026-01-30", "2026-01-31"


class Company:
    """Submits what jobs/ has, as whoever is on the head node does."""

    def __init__(self, cluster, tessera, folder):
        self.cluster, self.tessera, self.folder = cluster, tessera, folder

    def job_file(self, name, old="", new=""):
        text = JOB.read_text().replace('"results/{name}/{night}.h5"', f'"{self.folder}/{name}/{{night}}.h5"')
        assert old in text
        text = text.replace(old, new, 1) + f'[previous]\npath = "{self.folder}/{name}/latest.h5"\n[gate]\n'
        (self.folder / f"{name}.toml").write_text(text)
        return self.folder / f"{name}.toml"

    def submit(self, script, *words, date, company="company"):
        done = subprocess.run(
            [str(testbed.COMMAND), "run", str(self.cluster.folder), str(night.PROJECT / "jobs" / script), *map(str, words),
             "--mem=1G", "--cpus-per-task=1"], cwd=self.folder, capture_output=True, text=True, check=True,
            stdin=subprocess.DEVNULL, env={**os.environ, "TESSERA_COMPANY": str(self.folder / company),
                                           "TESSERA": self.tessera.program, "TESSERA_NIGHT": date})
        return [word for word in done.stdout.replace(",", " ").split() if word.isdigit()]

    def chain(self, job, *states, says, **submitted):
        """What becomes of run, comparison and summary; and what their logs say."""
        jobs = self.submit("nightly.sh", job, **submitted)
        facts = [self.cluster.wait(number) for number in jobs]
        logs = [pathlib.Path(fact["StdOut"]) for fact in facts]
        text = "".join(log.read_text() for log in logs if log.exists())
        assert [fact["JobState"] for fact in facts] == list(states), text
        for words in says:
            assert words in text, f"the logs do not say {words!r}\n{text}"
        return facts[0]["ExitCode"].split(":")[0]


def check_chain(company):
    job, out = company.job_file("sales"), company.folder / "sales"
    published = ("COMPLETED", "COMPLETED", "COMPLETED")
    company.chain(job, *published, date=FIRST, says=["DONE: ", "is the first night", f"{FIRST}.txt"])
    company.chain(job, *published, date=SECOND,
                  says=["DONE: ", f"From {FIRST} to {SECOND}", "100 % kept their core segment", f"{SECOND}.txt"])
    assert (out / f"{SECOND}.txt").read_text().startswith("company: ")

    stopped = ("FAILED", "CANCELLED", "CANCELLED")
    held = company.chain(job, *stopped, date=THIRD, company="half", says=[f"tessera release {out}/{THIRD}.held.h5", "NOT DONE"])
    assert held == "79", held
    failed = company.chain(company.job_file("bad", "k = 8", "k = 0"), *stopped, date=THIRD, says=["job file has mistakes"])
    assert failed == "78", failed
    assert not list(out.glob(f"{THIRD}.[jht][s5x]*")), "a night that was held is not published, and has no summary"
    assert (out / "latest.h5").resolve().name == f"{SECOND}.h5"


def check_units(company):
    units = [company.job_file("north"), company.job_file("south", "k = 8", "k = 0"), company.job_file("west")]
    (company.folder / "units").write_text("".join(f"{unit}\n" for unit in units))
    array = company.submit("business_units.sh", company.folder / "units", date=FIRST)[-1]
    ended = [company.cluster.wait(f"{array}_{number}") for number in (1, 2, 3)]
    codes = [facts["ExitCode"] for facts in ended]
    assert codes == ["0:0", "78:0", "0:0"], codes
    assert f"job {array}_3: DONE: " in (company.folder / f"tessera-unit-{array}-3.log").read_text()
    digests = {company.tessera.show(company.folder / unit / f"{FIRST}.h5")["digest"] for unit in ("north", "west", "sales")}
    assert len(digests) == 1, f"one job, the same sources: {digests}"


def main():
    tessera = night.Tessera(night.arguments(__doc__).parse_args())
    tessera.program = str(pathlib.Path(tessera.program).resolve())
    with night.temporary_folder() as name:
        folder = pathlib.Path(name)
        tessera.call("generate", "--accounts", 3000, "--to", folder / "company")
        tessera.call("generate", "--accounts", 1500, "--to", folder / "half")
        with testbed.Testbed(folder, "--cpus", 2) as cluster:
            company = Company(cluster, tessera, folder)
            check_chain(company)
            print("run, comparison and summary: in turn, and not after a night that was held or failed", flush=True)
            check_units(company)
            print("business units: each its own night", flush=True)


if __name__ == "__main__":
    main()
