"""On the generated company the planted segments are found again, adjusted Rand index ≥ 0.8 at the planted k, and with them
what resonates with whom."""

import csv
import pathlib
import statistics

import h5py
import numpy

import night
import planted_affinities


def adjusted_rand(a, b):
    """Hubert & Arabie (1985), from the contingency table."""
    _, a = numpy.unique(a, return_inverse=True)
    _, b = numpy.unique(b, return_inverse=True)
    table = numpy.zeros((a.max() + 1, b.max() + 1))
    numpy.add.at(table, (a, b), 1)

    def pairs(counts):
        return (counts * (counts - 1) / 2).sum()

    together, in_a, in_b = pairs(table), pairs(table.sum(1)), pairs(table.sum(0))
    expected = in_a * in_b / pairs(numpy.array([len(a)], dtype=float))
    return (together - expected) / ((in_a + in_b) / 2 - expected)


def check(tessera, folder, accounts, ranks):
    company = folder / "company"
    tessera.call("generate", "--accounts", accounts, "--seed", 11, "--to", company)
    with open(company / "truth.csv", newline="", encoding="utf-8") as file:
        truth = {row["account_id"]: row["segment"] for row in csv.DictReader(file)}
    planted = len(set(truth.values()))
    output = folder / "company.h5"
    summary = tessera.run(night.PROJECT / "jobs/company.toml", output, ranks=ranks,
                          env={"TESSERA_COMPANY": str(company)}, sets=[f"segmentation.expansion.k={planted}"])
    night.check_reconciled(summary)
    with h5py.File(output, "r") as file:
        ids = [name.decode() for name in file["accounts/account_id"][:]]
        core = file["segmentations/expansion/assignment/core"][:]
    planted_of = numpy.array([truth[name] for name in ids])
    index = adjusted_rand(core, planted_of)
    print(f"{len(ids)} accounts, {planted} planted segments: adjusted Rand index {index:.3f}")
    for stage in summary["stages"]:
        print(f"  {stage['stage']:8} {stage['seconds_max']:8.2f} s  {stage['peak_memory_bytes'] / 2**20:8.0f} MiB")
    assert index >= 0.8, "the planted segments are not found again"
    for level in ("core", "micro"):
        rules = [segment for segment in summary["segmentations"][0]["segments"] if segment["level"] == level]
        precision = statistics.median(rule["rule_precision"] for rule in rules)
        recall = statistics.median(rule["rule_recall"] for rule in rules)
        print(f"  rules of {len(rules)} {level} segments: median precision {precision:.3f}, median recall {recall:.3f}")
        assert precision >= 0.8 and recall >= 0.6, f"the rules of {level} segments do not tell them apart"
    planted_affinities.check(summary["segmentations"][0]["segments"], core, planted_of)


def main():
    parser = night.arguments(__doc__)
    parser.add_argument("--accounts", type=int, default=30000)
    parser.add_argument("--ranks", type=int, default=2)
    options = parser.parse_args()
    with night.temporary_folder() as name:
        check(night.Tessera(options), pathlib.Path(name), options.accounts, options.ranks)


if __name__ == "__main__":
    main()
