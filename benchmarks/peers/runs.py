"""One timed k-means on a prepared case: Tessera's at so many ranks and threads, or a peer's. Of use to every script that times them."""

import json
import os
import pathlib
import subprocess
import sys

import h5py
import numpy

from cases import generate

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build/release"

JOB = """name = "peers"
[[source]]
name = "m"
kind = "matrix"
path = "x.h5"
dataset = "X"
[[segmentation]]
name = "peers"
features = "all"
scale = "none"
k = {k}
starts = 1
max_iterations = {iterations}
tolerance = 0.0
initial = "x.h5:initial"
[output]
path = "out.h5"
"""


def environment(threads, **more):
    """The peers' best setting: no core type forced on OpenBLAS, as many threads as Tessera has."""
    chosen = {key: value for key, value in os.environ.items() if key not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    return dict(chosen, OMP_NUM_THREADS=str(threads), **more)


def call(words, env):
    words = [str(word) for word in words]
    try:
        done = subprocess.run(words, env=env, capture_output=True, text=True)
    except FileNotFoundError:
        sys.exit(f"there is no program {words[0]}: build it, or say where it is (--help)")
    if done.returncode != 0:
        sys.exit(f"{' '.join(words)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def prepare(case, folder):
    """Writes the case's data as both sides read it, and Tessera's job."""
    x, initial = generate(case)
    numpy.save(folder / "x.npy", x)
    numpy.save(folder / "initial.npy", initial)
    with h5py.File(folder / "x.h5", "w") as file:
        file["X"], file["initial"] = x, initial
    (folder / "job.toml").write_text(JOB.format(k=case.k, iterations=case.iterations))


def time_tessera(tessera, folder, threads, starter=()):
    """`starter`: the words before the program, such as mpirun's."""
    env = environment(threads)
    (folder / "out.json").unlink(missing_ok=True)  # or it would find that this is published already
    call([*starter, tessera, "run", folder / "job.toml"], env)
    summary = json.loads(call([tessera, "show", folder / "out.h5", "--json"], env))
    (segmentation,) = summary["segmentations"]
    (seconds,) = [stage["seconds_max"] for stage in summary["stages"] if stage["stage"] == "kmeans"]
    peak = max(stage["peak_memory_bytes"] for stage in summary["stages"])
    return {"seconds": seconds, "inertia": segmentation["inertia"], "iterations": segmentation["iterations"],
            "peak": peak, "digest": summary["digest"]}


def time_peer(script, folder, case, threads, algorithm="-", **more):
    words = [sys.executable, HERE / script, folder, algorithm, case.iterations]
    return json.loads(call(words, environment(threads, **more)))
