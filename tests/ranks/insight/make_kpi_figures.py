"""Writes kpi_figures.hpp: what scipy and statsmodels say of the KPIs of the accounts in measures_test.cpp.

    python3 make_kpi_figures.py > kpi_figures.hpp        (Debian's python3-scipy and python3-statsmodels)
"""

import numpy as np
import scipy
import statsmodels
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

ACCOUNTS, CORES = 240, 3
NAN = float("nan")


def columns():
    """As made by measures_test.cpp, from the account's number i; i % 3 is its core segment."""
    i = np.arange(ACCOUNTS)
    core = i % CORES
    visits = (i * 37 % 23 + 3 * core).astype(float)
    converted = np.where(i % 29 == 0, NAN, (i * 11 % 7 < 1 + core).astype(float))
    score = np.where(i % 4 == 1, NAN, (i * 13 % 11).astype(float))
    clicks = (i * 5 % 9 + core).astype(float)
    sent = (10 + i * 3 % 7).astype(float)
    return core, visits, converted, score, clicks, sent


def t_interval(mean, error, count):
    return stats.t.interval(0.95, count - 1, mean, error)


def mean_figure(x):
    return (np.mean(x), *t_interval(np.mean(x), np.std(x, ddof=1) / len(x) ** 0.5, len(x)))


def ratio_figure(above, below):
    ratio = above.sum() / below.sum()
    rest = above - ratio * below
    error = (np.sum(rest**2) / (len(rest) - 1) / len(rest)) ** 0.5 / below.mean()
    return (ratio, *t_interval(ratio, error, len(rest)))


def kpis():
    """By KPI: the figures by core segment, and what the analysis of variance goes by."""
    core, visits, converted, score, clicks, sent = columns()
    promotion = np.where(np.isnan(score), NAN, np.where(score >= 9, 100.0, np.where(score <= 6, -100.0, 0.0)))
    promotion[score > 10] = NAN

    def by_core(x):
        return [x[(core == c) & ~np.isnan(x)] for c in range(CORES)]

    ratio = clicks.sum() / sent.sum()
    rates = [(part.mean(), *proportion_confint(part.sum(), len(part), method="wilson")) for part in by_core(converted)]
    yield "visits", [mean_figure(part) for part in by_core(visits)], by_core(visits)
    yield "conversion", rates, by_core(converted)
    yield "nps", [mean_figure(part) for part in by_core(promotion)], by_core(promotion)
    yield ("engagement", [ratio_figure(clicks[core == c], sent[core == c]) for c in range(CORES)],
           by_core(clicks - ratio * sent))


def main():
    print("// Made by make_kpi_figures.py with "
          f"scipy {scipy.__version__} and statsmodels {statsmodels.__version__}.")
    print("#pragma once\n\n#include <array>\n\nnamespace tessera::test {\n")
    print("struct KpiFigure {\n  const char* kpi;\n  std::array<std::array<double, 3>, 3> cores;  ///< estimate, low, high"
          "\n  double eta_squared, f, p_value, q_value;\n};\n")
    rows = []
    for name, figures, parts in kpis():
        f, p = stats.f_oneway(*parts)
        everyone = np.concatenate(parts)
        between = sum(len(part) * (part.mean() - everyone.mean()) ** 2 for part in parts)
        rows.append((name, figures, between / np.sum((everyone - everyone.mean()) ** 2), f, p))
    adjusted = multipletests([row[-1] for row in rows], method="fdr_bh")[1]
    print("// clang-format off\ninline constexpr KpiFigure kKpiFigures[] = {")
    for (name, figures, eta, f, p), q in zip(rows, adjusted):
        cores = ", ".join("{" + ", ".join(repr(float(x)) for x in figure) + "}" for figure in figures)
        print(f'    {{"{name}",\n     {{{{{cores}}}}},\n     {float(eta)!r}, {float(f)!r}, {float(p)!r}, {float(q)!r}}},')
    print("};\n// clang-format on\n\n}  // namespace tessera::test")


if __name__ == "__main__":
    main()
