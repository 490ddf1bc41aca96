"""Writes statistics_figures.hpp: what scipy and statsmodels say of the functions in core/statistics.hpp.

    python3 make_statistics_figures.py > statistics_figures.hpp        (Debian's python3-scipy and python3-statsmodels)
"""

import scipy
import statsmodels
from scipy import special, stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint


def figures():
    for x in (1e-3, 0.5, 1.5, 2.5, 9.99, 10.0, 171.5, 1e6):
        yield "log_gamma", (x,), special.gammaln(x)
    for a, b, x in ((0.5, 0.5, 0.3), (2, 3, 0.9), (1e-2, 50, 1e-6), (200, 300, 0.42), (1e5, 1e5, 0.499),
                    (1e7, 12, 0.9999985)):
        yield "incomplete_beta", (a, b, x), special.betainc(a, b, x)
    for a, x in ((0.5, 1e-8), (0.5, 18.0), (3, 2.5), (50, 80), (1000, 990), (1e5, 101000)):
        yield "upper_gamma", (a, x), special.gammaincc(a, x)
    for x in (-37.0, -8.5, -1.959963984540054, -1e-9, 0.0, 0.3, 2.0, 6.5):
        yield "normal_cdf", (x,), stats.norm.cdf(x)
    for z in (-3.0, 1e-6, 1.0, 2.575829303548901, 12.0):
        yield "normal_two_sided_p", (z,), 2 * stats.norm.sf(abs(z))
    for t, degrees in ((0.0, 3), (-2.1, 1), (2.1, 2.5), (4.0, 29), (1.96, 1e4), (8.0, 1e8), (1e6, 2)):
        yield "t_two_sided_p", (t, degrees), 2 * stats.t.sf(abs(t), degrees)
    for p, degrees in ((0.975, 1), (0.975, 2), (0.975, 7.5), (0.975, 29), (0.975, 1e6), (0.6, 4), (0.01, 3),
                       (1e-7, 1), (0.9995, 11)):
        yield "t_quantile", (p, degrees), stats.t.ppf(p, degrees)
    for f, above, below in ((0.0, 3, 10), (1.0, 1, 1), (3.2, 2, 17), (40.0, 6, 990), (1.02, 499, 999500),
                            (1.3, 499, 999500),
                            (1e-3, 5, 40), (25.0, 9, 99999990)):
        yield "f_upper_tail", (f, above, below), stats.f.sf(f, above, below)
    for x, degrees in ((0.1, 1), (3.841458820694124, 1), (30.0, 12), (700.0, 499)):
        yield "chi_squared_upper_tail", (x, degrees), stats.chi2.sf(x, degrees)
    for successes, trials in ((0, 1), (1, 1), (0, 40), (40, 40), (3, 17), (500, 1000), (1, 1000000), (123456, 999999)):
        low, high = proportion_confint(successes, trials, method="wilson")
        yield "wilson_low", (successes, trials), low
        yield "wilson_high", (successes, trials), high
    for mean, squares, count in ((5.0, 2.0, 2), (-3.5, 120.0, 30), (1e6, 1e12, 5000)):
        low, high = stats.t.interval(0.95, count - 1, mean, (squares / (count - 1) / count) ** 0.5)
        yield "mean_low", (mean, squares, count), low
        yield "mean_high", (mean, squares, count), high
    p_values = (0.01, 0.04, 0.03, 0.005, 0.8, 0.04)
    for p, adjusted in zip(p_values, multipletests(p_values, method="fdr_bh")[1]):
        yield "benjamini_hochberg", (p,), adjusted


def main():
    print("// Made by make_statistics_figures.py with "
          f"scipy {scipy.__version__} and statsmodels {statsmodels.__version__}.")
    print("#pragma once\n\n#include <array>\n\nnamespace tessera {\n")
    print("struct Figure {\n  const char* function;\n  std::array<double, 3> arguments;\n  double value;\n};\n")
    print("// clang-format off\ninline constexpr Figure kFigures[] = {")
    for function, arguments, value in figures():
        written = ", ".join(repr(float(argument)) for argument in arguments)
        print(f'    {{"{function}", {{{written}}}, {float(value)!r}}},')
    print("};\n// clang-format on\n\n}  // namespace tessera")


if __name__ == "__main__":
    main()
