"""A night on a Slurm cluster of two nodes: its digest is the laptop's; stopped by a signal it is requeued, goes on and ends
the same; cancelled it publishes nothing. Afterwards nothing is left of the cluster.
"""

import pathlib
import time

import testbed
from testbed import night

JOB = night.PROJECT / "jobs/company.toml"
# Long enough to be stopped in the middle.
LONG = {"segmentation.expansion.starts": 300, "segmentation.expansion.k": 48, "segmentation.expansion.refine.max_micro": 60}


def words(folder, settings):
    sets = {"output.path": f"{folder}/{{night}}.h5", **settings}
    return [JOB, *(word for key, value in sets.items() for word in ("--set", f"{key}={value}"))]


class Trial:
    """The same job on a laptop and on the cluster, in folders of its own."""

    def __init__(self, cluster, tessera, folder, name, settings=None):
        self.cluster, self.tessera, self.folder = cluster, tessera, folder / name
        self.folder.mkdir()
        self.settings, self.environment = settings or {}, {"TESSERA_COMPANY": str(folder / "company")}

    def on_laptop(self):
        sets = [f"{key}={value}" for key, value in self.settings.items()]
        return self.tessera.run(JOB, self.folder / "laptop.h5", sets=sets, env=self.environment)["digest"]

    def submit(self, *options):
        return testbed.Night(self.cluster, self.tessera, self.folder, words(self.folder / "out", self.settings),
                             ("--nodes=2", *options), environment=self.environment)

    def published(self):
        return self.tessera.show(self.folder / "out/2026-01-31.h5")["digest"]


def check_night(trial):
    submitted = trial.submit()
    expected = trial.on_laptop()
    submitted.ends("COMPLETED", says=["attempt 1", "DONE"], exit_code=0)
    assert trial.published() == expected, f"{trial.published()} on two nodes, {expected} on a laptop"
    assert (trial.folder / "out/2026-01-31.json").exists()


def check_stopped(trial):
    """USR1, as Slurm sends it ahead of the time limit."""
    expected = trial.on_laptop()
    submitted = trial.submit()
    submitted.wait_for_log("campaign: columns typed by a scan")
    time.sleep(0.5)
    trial.cluster.run("scancel", "--signal=USR1", "--batch", submitted.job)
    facts = submitted.ends("COMPLETED", says=["USR1", "STARTS AGAIN", "attempt 2", "DONE"], exit_code=0)
    assert facts["Restarts"] == "1", facts["Restarts"]
    assert trial.published() == expected, f"{trial.published()} after a stop, {expected} without"


def check_cancelled(trial):
    submitted = trial.submit()
    submitted.wait_for_log("campaign: columns typed by a scan")
    trial.cluster.run("scancel", submitted.job)
    submitted.ends("CANCELLED", says=["cancelled, and not started again"])
    assert not list((trial.folder / "out").glob("2026*.h5")), list((trial.folder / "out").iterdir())


def main():
    tessera = night.Tessera(night.arguments(__doc__).parse_args())
    with night.temporary_folder() as name:
        folder = pathlib.Path(name)
        with testbed.Testbed(folder, "--nodes", 2, "--cpus", 2) as cluster:
            tessera.call("generate", "--accounts", 5000, "--to", folder / "company")
            check_night(Trial(cluster, tessera, folder, "night"))
            print("a night on two nodes is the laptop's night", flush=True)
            check_stopped(Trial(cluster, tessera, folder, "stopped", LONG))
            print("stopped, it was requeued and ended the same", flush=True)
            check_cancelled(Trial(cluster, tessera, folder, "cancelled", LONG))
            print("cancelled, it published nothing", flush=True)


if __name__ == "__main__":
    main()
