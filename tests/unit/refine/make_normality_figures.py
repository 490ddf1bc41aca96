"""Writes normality_figures.hpp: what scipy says of samples that normality_test.cpp makes in the same way.

    python3 make_normality_figures.py > normality_figures.hpp        (Debian's python3-scipy)
"""

import warnings

import numpy
import scipy
from scipy import stats

SHAPES = ("sum", "uniform", "cube", "halves", "outliers")
SIZES = (8, 30, 400, 20_000, 300_000)


def uniforms(seed, count):
    """Knuth's MMIX generator: the upper 53 bits."""
    state = seed
    for _ in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield (state >> 11) / 2**53


def sample(shape, n):
    draws = uniforms(SHAPES.index(shape) * 1000 + n, 12 * n)
    values = numpy.empty(n)
    for i in range(n):
        twelve = [next(draws) for _ in range(12)]
        total = sum(twelve) - 6.0
        values[i] = {"sum": total, "uniform": twelve[0], "cube": twelve[0] ** 3,
                     "halves": total + (4.0 if i % 3 == 0 else 0.0),
                     "outliers": total * (3.0 if i % 50 == 0 else 1.0)}[shape]
    return values


def main():
    warnings.simplefilter("ignore")
    print(f"// Made by make_normality_figures.py with scipy {scipy.__version__}.\n#pragma once\n")
    print("#include <cstddef>\n\nnamespace tessera::refinement {\n")
    print("/// Anderson & Darling's A² with Stephens' factor for small samples.")
    print("struct NormalityFigure {\n  int shape;\n  std::size_t n;\n  double statistic;\n};\n")
    print("// clang-format off\ninline constexpr NormalityFigure kNormalityFigures[] = {")
    for shape in SHAPES:
        for n in SIZES:
            statistic = stats.anderson(sample(shape, n), "norm").statistic * (1 + 4 / n - 25 / n**2)
            print(f"    {{{SHAPES.index(shape)}, {n}, {statistic:.10g}}},  // {shape}")
    print("};\n// clang-format on\n\n}  // namespace tessera::refinement")


if __name__ == "__main__":
    main()
