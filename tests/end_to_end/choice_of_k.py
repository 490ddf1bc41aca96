"""k = "auto" finds the planted segments of the generated company again, with k unknown: adjusted Rand index ≥ 0.75. It, k-means inside
each macro segment, and macro segments alone have one digest at any number of ranks."""

import csv
import pathlib

import h5py
import numpy

import night
from planted_segments import adjusted_rand

JOB = night.PROJECT / "jobs/company.toml"


def company(tessera, folder, accounts):
    target = folder / f"company-{accounts}"
    tessera.call("generate", "--accounts", accounts, "--seed", 11, "--to", target)
    return target


def check_planted(tessera, folder, accounts):
    data = company(tessera, folder, accounts)
    with open(data / "truth.csv", newline="", encoding="utf-8") as file:
        truth = {row["account_id"]: row["segment"] for row in csv.DictReader(file)}
    output = folder / "auto.h5"
    summary = tessera.run(JOB, output, ranks=2, env={"TESSERA_COMPANY": str(data)},
                          sets=['segmentation.expansion.k="auto"'])
    segmentation, = summary["segmentations"]
    quality = segmentation["quality"]
    with h5py.File(output, "r") as file:
        ids = [name.decode() for name in file["accounts/account_id"][:]]
        core = file["segmentations/expansion/assignment/core"][:]
        stored = file["segmentations/expansion/quality"]
        assert stored.attrs["why_k"].decode() == quality["why_k"]
        places = dict(zip(stored["choice_of_k/k"][:].tolist(), stored["choice_of_k/place"][:].tolist()))
    index = adjusted_rand(core, numpy.array([truth[name] for name in ids]))
    print(f"{len(ids)} accounts: {quality['why_k']}; adjusted Rand index {index:.3f}")
    print("  " + ", ".join(f"{s['stage']} {s['seconds_max']:.2f} s" for s in summary["stages"]))
    assert sorted(places) == list(range(2, 33)), "the curve is not that of 2 to 32"
    assert numpy.nanmin(list(places.values())) == places[segmentation["k"]], "not the least place was chosen"
    assert index >= 0.75, "the planted segments are not found again"
    shown = tessera.call("show", output).stdout
    assert quality["why_k"] in shown and "Calinski" in shown, "show does not say why"


def job_of(folder, name, segmentation):
    """The company's job with another segmentation."""
    text = JOB.read_text(encoding="utf-8")
    begin, end = text.index("[[segmentation]]"), text.index("[output]")
    path = folder / f"{name}.toml"
    path.write_text(f'{text[:begin]}[[segmentation]]\nname = "expansion"\n{segmentation}\n{text[end:]}', encoding="utf-8")
    return path


FEATURES = 'features = [ { column = "employees", transform = "log1p" }, { column = "clicks", transform = "log1p" }, "industry" ]\n'


def check_scope_macro(output, macro_k):
    with h5py.File(output, "r") as file:
        found = file["segmentations/expansion"]
        assignment, parents = found["assignment"], found["segments/parent"][:]
        levels = [found["segments/level/categories"][:][code].decode() for code in found["segments/level/codes"][:]]
        macro, core = assignment["macro"][:], assignment["core"][:]
        assert (parents[core] == macro).all(), "a core segment lies outside its macro segment"
        cores = [row for row, level in enumerate(levels) if level == "core"]
        assert (found["model/core_segments/macro"][:] == parents[cores]).all()
        next_best = assignment["next_best"][:]
        assert (parents[next_best[next_best >= 0]] == macro[next_best >= 0]).all()
        if macro_k:
            assert max(numpy.bincount(parents[cores])) <= macro_k


def check_macro_only(output):
    with h5py.File(output, "r") as file:
        found = file["segmentations/expansion"]
        assert (found["assignment/core"][:] == -1).all() and (found["assignment/micro"][:] == -1).all()
        assert (found["assignment/macro"][:] >= 0).all()
        assert found["segments/accounts"][:].sum() == len(found["assignment/macro"])
        assert all(len(name) > 0 for name in found["segments/name"][:])
        assert len(found["kpi/estimate"]) > 0 and len(found["profile/numbers/mean"]) > 0
        assert "model" not in found


def check_digests(tessera, folder, accounts):
    data = company(tessera, folder, accounts)
    jobs = {
        "auto": (FEATURES + 'k = "auto"\nk_max = 9\nstarts = 2', lambda output: None),
        "scope_macro": (FEATURES + 'k = 4\nstarts = 2\nscope = "macro"\nrefine = { min_accounts = 40 }',
                        lambda output: check_scope_macro(output, 4)),
        "auto_macro": (FEATURES + 'k = "auto"\nk_max = 5\nstarts = 2\nscope = "macro"',
                       lambda output: check_scope_macro(output, 5)),
        "macro_only": ("", check_macro_only)}
    for name, (segmentation, check) in jobs.items():
        job = job_of(folder, name, segmentation)
        digests = {}
        for ranks in (1, 2, 3, 4, 7):
            output = folder / f"{name}.h5"
            summary = tessera.run(job, output, ranks=ranks, threads=1 + ranks % 2, env={"TESSERA_COMPANY": str(data)})
            night.check_reconciled(summary)
            digests.setdefault(summary["digest"], []).append(ranks)
        assert len(digests) == 1, f"{name} has {len(digests)} digests: {digests}"
        check(output)
        print(f"{name}: {next(iter(digests))}; {summary['segmentations'][0]['quality']['why_k']}", flush=True)


def main():
    parser = night.arguments(__doc__)
    parser.add_argument("--accounts", type=int, default=20000)
    options = parser.parse_args()
    tessera = night.Tessera(options)
    with night.temporary_folder() as name:
        check_planted(tessera, pathlib.Path(name), options.accounts)
        check_digests(tessera, pathlib.Path(name), 1500)


if __name__ == "__main__":
    main()
