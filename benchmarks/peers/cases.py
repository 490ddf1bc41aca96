"""The data sets of the comparison, each from its seed: what they look like and why they are here stands in README.md."""

import dataclasses

import numpy


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    n: int
    d: int
    k: int
    iterations: int
    seed: int
    make: object  # (random, case) -> n × d float32
    says: str


def gaussians(spread):
    """k centres from N(0, spread²I), unit noise: overlapping clouds."""

    def make(random, case):
        centres = random.standard_normal((case.k, case.d), dtype=numpy.float32) * numpy.float32(spread)
        x = random.standard_normal((case.n, case.d), dtype=numpy.float32)
        x += centres[random.integers(0, case.k, case.n)]
        return x

    return make


def uniform(random, case):
    return random.random((case.n, case.d), dtype=numpy.float32)


def latent(centres, dimensions, noise):
    """Few latent factors, clusters of skewed size, mapped to d columns, standardised: like business data."""

    def make(random, case):
        places = 2.0 * random.standard_normal((centres, dimensions))
        sizes = random.dirichlet(numpy.full(centres, 0.5))
        factors = places[random.choice(centres, case.n, p=sizes)] + random.standard_normal((case.n, dimensions))
        x = factors @ random.standard_normal((dimensions, case.d)) + noise * random.standard_normal((case.n, case.d))
        x -= x.mean(0)
        x /= x.std(0)
        return x.astype(numpy.float32)

    return make


MILLION = 1_000_000
CASES = {case.name: case for case in (
    Case("A", MILLION, 32, 64, 20, 101, gaussians(0.6), "64 overlapping Gaussians"),
    Case("B", MILLION, 64, 256, 20, 102, gaussians(0.45), "256 overlapping Gaussians"),
    Case("C", 2 * MILLION, 16, 16, 20, 103, gaussians(0.8), "16 overlapping Gaussians"),
    Case("D", MILLION, 32, 64, 20, 104, uniform, "uniform noise"),
    Case("E", MILLION, 32, 64, 300, 105, latent(40, 8, 0.2), "8 latent factors, skewed sizes"),
    Case("F", MILLION // 2, 64, 1000, 20, 106, gaussians(0.45), "1000 overlapping Gaussians"),
    Case("G", MILLION // 2, 16, 1000, 20, 107, latent(60, 5, 0.1), "5 latent factors, many segments"),
    Case("A∞", MILLION, 32, 64, 1000, 101, gaussians(0.6), "A until no account moves"),
)}


def scaled(case, scale):
    """The case with a share of its accounts, for a quick look."""
    return dataclasses.replace(case, n=max(4 * case.k, int(case.n * scale)))


def generate(case):
    """(x, initial): the data and k of its rows as initial centroids, by a seeded permutation."""
    random = numpy.random.default_rng(case.seed)
    x = case.make(random, case)
    return x, x[random.permutation(case.n)[:case.k]].copy()
