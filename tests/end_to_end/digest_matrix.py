"""One digest over ranks × threads × shuffled rows × SIMD targets, on the generated company and on the real jobs.

--small: two jobs at every rank count, what CI has time for. --full: all of it.
"""

import itertools
import pathlib
import shutil

import night
from shuffled_rows import shuffle

RANKS = (1, 2, 3, 4, 7)
THREADS = (1, 2)
SHUFFLES = 3


def company(tessera, folder, accounts):
    """Generates the company; returns (job, env of the files as they are, [env of each shuffle])."""
    original = folder / "company"
    tessera.call("generate", "--accounts", accounts, "--seed", 3, "--to", original)
    environments = []
    for seed in range(SHUFFLES):
        target = folder / f"company-shuffled-{seed}"
        target.mkdir()
        for file in original.glob("*.csv"):
            if file.name != "truth.csv":
                shuffle(file, target / file.name, "website" if file.name == "provider.csv" else "account_id", seed)
        environments.append({"TESSERA_COMPANY": str(target)})
    return night.PROJECT / "jobs/company.toml", {"TESSERA_COMPANY": str(original)}, environments


def real(folder, job, parts, key):
    """A job on real data, and its data shuffled, under a data folder of the same shape."""
    original = night.need_test_data(*parts)
    environments = []
    for seed in range(SHUFFLES):
        root = folder / f"{job}-shuffled-{seed}"
        target = root.joinpath(*parts)
        target.parent.mkdir(parents=True)
        shuffle(original, target, key, seed)
        environments.append({"TESSERA_TEST_DATA": str(root)})
    return night.PROJECT / f"jobs/examples/{job}.toml", {"TESSERA_TEST_DATA": str(night.TEST_DATA)}, environments


def variants(full, targets):
    """(ranks, threads, simd, shuffle or None): every one, or a choice that has each value at least once."""
    shuffles = (None, *range(SHUFFLES))
    if full:
        yield from itertools.product(RANKS, THREADS, targets, shuffles)
        return
    for i, ranks in enumerate(RANKS):
        yield ranks, THREADS[i % 2], targets[i % len(targets)], shuffles[i % len(shuffles)]
    yield 1, 2, targets[-1], 1
    yield 2, 2, targets[0], 2


def check(tessera, folder, name, job, environment, shuffled, full, sets):
    digests = {}
    for ranks, threads, simd, order in variants(full, tessera.simd_targets()):
        output = folder / f"{name}.h5"
        used = environment if order is None else shuffled[order]
        summary = tessera.run(job, output, ranks=ranks, threads=threads, simd=simd, env=used, sets=sets)
        night.check_reconciled(summary)
        label = f"{ranks} ranks × {threads} threads, {simd}, {'as it is' if order is None else f'shuffle {order}'}"
        digests.setdefault(summary["digest"], []).append(label)
        output.unlink()
    if len(digests) != 1:
        lines = [f"  {digest}: {', '.join(labels)}" for digest, labels in digests.items()]
        raise SystemExit(f"FAILED: {name} has {len(digests)} digests\n" + "\n".join(lines))
    (digest, labels), = digests.items()
    print(f"{name}: {digest} in {len(labels)} variants", flush=True)


def main():
    parser = night.arguments(__doc__)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--accounts", type=int, default=5000)
    options = parser.parse_args()
    tessera = night.Tessera(options)
    with night.temporary_folder() as name:
        folder = pathlib.Path(name)
        # Each is made when its turn comes: where there is no real data, the company has been checked before that is said.
        jobs = [("company", lambda: company(tessera, folder, options.accounts),
                 ["segmentation.expansion.refine.min_accounts=40"]),
                ("forbes2000", lambda: real(folder, "forbes2000", ("r_datasets", "Forbes2000.csv"), "name"), [])]
        if options.full:
            jobs.append(("sp500", lambda: real(folder, "sp500", ("sp500", "constituents-financials.csv"), "Symbol"), []))
            jobs.append(("telco", lambda: real(folder, "telco", ("telco", "Telco-Customer-Churn.csv"), "customerID"), []))
        for name, made, sets in jobs:
            job, environment, shuffled = made()
            # The job is copied, so that its relative output never lands in the source tree.
            own_job = folder / job.name
            shutil.copy(job, own_job)
            check(tessera, folder, name, own_job, environment, shuffled, options.full, sets)


if __name__ == "__main__":
    main()
