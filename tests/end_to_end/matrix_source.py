"""A matrix source runs k-means alone: given centroids, 20 updates and the last pass, compared with a plain Lloyd in double.

Then the classic sets, from a matrix with scale = "none" and 20 starts, against the best of 100 serial restarts.
"""

import csv
import pathlib

import h5py
import numpy

import night

JOB = """
name = "matrix"
seed = 5
[[source]]
name = "m"
kind = "matrix"
path = "x.h5"
dataset = "X"
[[segmentation]]
name = "plain"
features = "all"
scale = "none"
k = {k}
starts = {starts}
max_iterations = {iterations}
tolerance = 0.0
{initial}
[output]
path = "matrix.h5"
"""


def nearest(x, centroids):
    """Squared distances by differences: no digits lost far from the origin."""
    distances = ((x[:, None, :] - centroids[None, :, :]) ** 2).sum(2)
    return distances.argmin(1), distances.min(1)


def lloyd(x, centroids, updates):
    """Plain Lloyd: at most `updates` updates, then the last pass. Returns (assignment, inertia)."""
    previous = None
    for _ in range(updates):
        assignment, distance = nearest(x, centroids)
        if previous is not None and (assignment == previous).all():
            break
        previous = assignment
        centroids = centroids.copy()
        for j in range(len(centroids)):
            members = x[assignment == j]
            if len(members):
                centroids[j] = members.mean(0)
            else:
                centroids[j] = x[distance.argmax()]
                distance[distance.argmax()] = 0
    assignment, distance = nearest(x, centroids)
    return assignment, distance.sum()


def run(tessera, folder, x, k, starts, iterations, ranks, initial=None, dtype="f4"):
    with h5py.File(folder / "x.h5", "w") as file:
        file["X"] = x.astype(dtype)
        if initial is not None:
            file["C0"] = initial.astype(dtype)
    (folder / "job.toml").write_text(JOB.format(
        k=k, starts=starts, iterations=iterations, initial='initial = "x.h5:C0"' if initial is not None else ""))
    summary = tessera.run(folder / "job.toml", folder / "matrix.h5", ranks=ranks)
    night.check_reconciled(summary)
    with h5py.File(folder / "matrix.h5", "r") as file:
        quality = dict(file["segmentations/plain/quality"].attrs)
        core = file["segmentations/plain/assignment/core"][:]
        stages = {stage["stage"]: stage["seconds_max"] for stage in summary["stages"]}
    return core, quality, stages


def check_k_means_alone(tessera, folder):
    random = numpy.random.default_rng(1)
    centres = random.normal(0, 0.6, (16, 8))
    x = (centres[random.integers(0, 16, 20000)] + random.normal(0, 1, (20000, 8))).astype("f4").astype(float)
    initial = x[random.permutation(len(x))[:16]]
    for ranks in (1, 3):
        core, quality, stages = run(tessera, folder, x, 16, 1, 20, ranks, initial)
        assignment, inertia = lloyd(x, initial, 20)
        assert quality["iterations"] == 20, quality
        assert abs(quality["inertia"] / inertia - 1) < 1e-6, (quality["inertia"], inertia)
        agree = (core == assignment).mean()
        assert agree > 0.999, f"only {agree:.4%} of the accounts are where a plain Lloyd in double puts them"
        assert "kmeans" in stages and "refine" in stages and "ingest" in stages, stages
    print(f"k-means alone: inertia {quality['inertia']:.6g} after 20 updates, {agree:.3%} as in double")


def check_hard_case(tessera, folder, name, x, k, updates=300):
    """Lloyd ends, and gives what a serial Lloyd in double gives from the same centroids."""
    random = numpy.random.default_rng(2)
    initial = x[random.permutation(len(x))[:k]]
    core, quality, _ = run(tessera, folder, x, k, 1, updates, 2, initial, dtype="f8")
    assignment, inertia = lloyd(x, initial, updates)
    assert quality["iterations"] < updates, f"{name}: Lloyd did not end in {updates} iterations"
    assert abs(quality["inertia"] / inertia - 1) < 1e-6, (name, quality["inertia"], inertia)
    agree = (core == assignment).mean()
    assert agree == 1.0, f"{name}: {agree:.4%} agree with double"
    print(f"{name}: {quality['iterations']} iterations, every account as in double")


def check_hard_cases(tessera, folder):
    random = numpy.random.default_rng(3)
    corners = random.choice([-3.0, 3.0], (12, 16))
    tight = corners[random.integers(0, 12, 3000)] + random.normal(0, 0.01, (3000, 16))
    check_hard_case(tessera, folder, "spread 0.01 at ±3 in 16 dimensions", tight, 12)
    years = 2000 + random.choice([-20, 0, 8], (4000, 3)) + random.normal(0, 1, (4000, 3))
    check_hard_case(tessera, folder, "uncentred years", years, 5)
    far = random.normal(1e7, 1, (4000, 2))
    check_hard_case(tessera, folder, "N(10^7, 1)", far, 4)


def check_classic(tessera, folder, name, k):
    with open(night.need_test_data("r_datasets", f"{name}.csv"), newline="", encoding="utf-8") as file:
        rows = [[float(cell) for cell in row if cell.replace(".", "").replace("-", "").isdigit()]
                for row in list(csv.reader(file))[1:]]
    x = numpy.array(rows)
    random = numpy.random.default_rng(4)
    best = min(lloyd(x, x[random.permutation(len(x))[:k]], 300)[1] for _ in range(100))
    _, quality, _ = run(tessera, folder, x, k, 20, 300, 2, dtype="f8")
    print(f"{name} k={k}: {quality['inertia']:.8g}, best of 100 serial restarts {best:.8g}")
    assert quality["inertia"] <= best * (1 + 1e-6), f"{name}: worse than 100 restarts of a serial Lloyd"


def main():
    options = night.arguments(__doc__).parse_args()
    tessera = night.Tessera(options)
    with night.temporary_folder() as name:
        folder = pathlib.Path(name)
        check_k_means_alone(tessera, folder)
        check_hard_cases(tessera, folder)
        for classic, k in (("iris", 3), ("ruspini", 4), ("xclara", 3)):
            check_classic(tessera, folder, classic, k)


if __name__ == "__main__":
    main()
