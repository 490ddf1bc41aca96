"""Nights on end as tests/end_to_end/thirty_nights.py has them, with what is planted in them, each submitted to a Slurm cluster by
cluster/slurm/nightly.sbatch.

    tests/slurm/cluster_nights.py --accounts 200000 --nights 30 --events birth@6,split@12,merge@18,birth@24 --ranks 2
"""

import pathlib
import time

import testbed
from testbed import night

import thirty_nights  # of tests/end_to_end, to which testbed shows the way


class OnCluster(night.Tessera):
    """Runs nights as jobs, a node a rank, and whatever else as it is."""

    def __init__(self, options, cluster, folder):
        super().__init__(options)
        self.cluster, self.folder, self.seconds = cluster, folder, []

    def call(self, *words, ranks=1, timeout_s=900, **how):
        if words[0] != "run":
            return super().call(*words, timeout_s=timeout_s, **how)
        job, at = words[1], words.index("--night")
        began = time.monotonic()
        submitted = testbed.Night(self.cluster, self, self.folder, [job, *words[2:at], *words[at + 2:]], [f"--nodes={ranks}"],
                                  environment={"TESSERA_NIGHT": words[at + 1]})
        submitted.ends("COMPLETED", says=["DONE"], exit_code=0, timeout_s=timeout_s)
        self.seconds.append(time.monotonic() - began)


def main():
    parser = thirty_nights.arguments(__doc__)
    parser.set_defaults(ranks=2)
    options = parser.parse_args()
    with night.temporary_folder() as name:
        folder = pathlib.Path(name)
        with testbed.Testbed(folder, "--nodes", options.ranks + 1, "--cpus", 2) as cluster:
            tessera = OnCluster(options, cluster, folder)
            thirty_nights.check_nights(tessera, folder, options)
    print(f"{len(tessera.seconds)} nights of {options.accounts} accounts on {options.ranks} nodes, {min(tessera.seconds):.0f} to "
          f"{max(tessera.seconds):.0f} s from submission to the end: every event on its night, every other segment as it was")


if __name__ == "__main__":
    main()
