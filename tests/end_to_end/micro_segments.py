"""Micro segments in depth: features of their own, minimums, outliers and depth by stage, in one job: what the results say of
every account is what the job asks for, and the digest is the same at any rank count."""

import math
import pathlib

import h5py
import numpy

import night

JOB = """
name = "micro"
seed = 5
[[source]]
name = "crm"
path = "accounts.csv"
key = "id"
[[macro]]
name = "size"
column = "employees"
bands = [ { name = "Small", below = 50 }, { name = "Large", from = 50 } ]
[value]
column = "revenue"
customer = "is_customer"
[[segmentation]]
name = "s"
features = [ { column = "employees", transform = "log1p" } ]
k = 2
refine = { criterion = "CRITERION", min_accounts = 30, min_customers = 10, min_value = 500.0, max_micro = 12, features = ["visits", "calls"], outliers = 4.0, depth_by = "stage", stop_at_macro = ["visitor"], stop_at_core = ["lead", "(unknown)"] }
"""
STAGES = ("visitor", "lead", "trial", "won", "")


def uniforms(seed):
    while True:
        seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
        yield (seed >> 11) / 2**53


def write_accounts(path, count=1500):
    """Firms of two sizes; what they do comes in three kinds, whatever their size; a few do far more than all others."""
    draw = uniforms(count)
    accounts = {}
    with open(path, "w", encoding="utf-8") as file:
        file.write("id,employees,visits,calls,stage,is_customer,revenue\n")
        for i in range(count):
            employees = int((8 if i % 3 else 400) * (0.7 + 0.6 * next(draw)))
            visits, calls = ((5, 5), (50, 5), (50, 60))[i % 7 % 3]
            visits, calls = (x + sum(next(draw) for _ in range(12)) - 6 for x in (visits, calls))
            if i % 300 == 299:
                visits += 400
            stage = STAGES[int(next(draw) * 5)]
            customer, revenue = i % 2, round(100 * next(draw), 2)
            accounts[f"a{i}"] = (stage, customer, revenue)
            file.write(f"a{i},{employees},{visits:.3f},{calls:.3f},{stage},{customer},{revenue}\n")
    return accounts


def check_levels(file, accounts):
    """Everyone is as deep as the stage says, micro segments hold to the minimums, and outliers are apart."""
    table = file["segmentations/s/segments"]
    level = [table["level/categories"][code].decode() for code in table["level/codes"][:]]
    names = [name.decode() for name in table["name"][:]]
    assert len(set(names)) == len(names), names
    ids = [name.decode() for name in file["accounts/account_id"][:]]
    micro, core = (file[f"segmentations/s/assignment/{name}"][:] for name in ("micro", "core"))
    assert (file["segmentations/s/assignment/macro"][:] >= 0).all()
    for name, its_core, its_micro, distance in zip(ids, core, micro, file["segmentations/s/assignment/distance"][:]):
        stage = accounts[name][0]
        assert (its_core >= 0) == (stage != "visitor"), (name, stage)
        assert math.isnan(distance) == (stage == "visitor"), (name, stage)
        assert (its_micro >= 0) == (stage in ("trial", "won")), (name, stage)
        assert its_micro < 0 or table["parent"][its_micro] == its_core
    outliers = [row for row, name in enumerate(names) if name.endswith("outliers")]
    assert outliers and all(level[row] == "micro" for row in outliers), names
    segments = [row for row, one in enumerate(level) if one == "micro" and row not in outliers]
    assert len(segments) > level.count("core"), names
    for row in segments:
        members = [accounts[ids[i]] for i in numpy.flatnonzero(micro == row)]
        assert len(members) >= 30 and sum(one[1] for one in members) >= 10, names[row]
        assert math.fsum(one[2] for one in members) >= 500, names[row]
    model = file["segmentations/s/model"]
    columns = {model["micro_encoding/column"][row].decode() for row in range(len(model["micro_encoding/column"]))}
    assert columns == {"crm.visits", "crm.calls"}, columns
    assert len(model["bounds/distance"]) == len(segments) + len(outliers)


def check_criteria(tessera, folder, accounts):
    for criterion in ("bic", "variance", "anderson_darling"):
        job = folder / "job.toml"
        job.write_text(JOB.replace("CRITERION", criterion), encoding="utf-8")
        digests = set()
        for ranks, threads in ((1, 2), (3, 1)):
            output = folder / "out.h5"
            digests.add(tessera.run(job, output, ranks=ranks, threads=threads)["digest"])
            with h5py.File(output, "r") as file:
                check_levels(file, accounts)
            output.unlink()
        assert len(digests) == 1, f"{criterion}: {digests}"
        print(criterion, *digests)


def check_refusals(tessera, folder):
    """Who names a column but no stage is told which there are; a stage that nobody is at is a warning."""
    job = folder / "job.toml"
    text = JOB.replace("CRITERION", "bic")
    job.write_text(text.replace(', stop_at_macro = ["visitor"], stop_at_core = ["lead", "(unknown)"]', ""), encoding="utf-8")
    done = tessera.call("run", job, "--night", "2026-01-31", check=False)
    assert done.returncode == 78 and '"lead", "trial", "visitor", "won"' in done.stderr, done.stderr
    job.write_text(text.replace('["visitor"]', '["visiter"]'), encoding="utf-8")
    warnings = tessera.run(job, folder / "out.h5")["warnings"]
    assert any('no account has "visiter"' in warning for warning in warnings), warnings


def main():
    tessera = night.Tessera(night.arguments(__doc__).parse_args())
    with night.temporary_folder() as name:
        folder = pathlib.Path(name)
        accounts = write_accounts(folder / "accounts.csv")
        check_criteria(tessera, folder, accounts)
        check_refusals(tessera, folder)


if __name__ == "__main__":
    main()
