"""Writes value_figures.hpp: Gini, deciles and intervals as numpy and scipy find them. Run it where these are; the figures are committed."""

import pathlib

import numpy as np
from scipy.stats.contingency import relative_risk

N = 1000


def value(i):
    """As value_of() in best_customers_test.cpp has it."""
    v = (i * 7919 + 13) % 10007
    if i % 53 == 0:
        return np.nan
    if i % 97 == 0:
        return -v / 10.0
    return 0.0 if i % 41 == 0 else v * v / 1000.0


values = np.array([value(i) for i in range(N)])
known = np.sort(values[~np.isnan(values)])[::-1]
n = len(known)
gini = np.sum((2 * np.arange(1, n + 1) - n - 1) * known[::-1]) / (n * known.sum())
edges = [0] + [int(np.floor(p / 10 * n + 0.5)) for p in range(1, 11)]
deciles = [known[a:b].sum() / known.sum() for a, b in zip(edges, edges[1:])]
tables = [(120, 200, 300, 800), (1, 200, 7, 800), (199, 200, 400, 800), (37, 1000, 5, 90000)]
lines = [f"inline constexpr int kCustomers = {N};", f"inline constexpr std::int64_t kKnown = {n};",
         f"inline constexpr double kTotal = {known.sum()!r};", f"inline constexpr double kGini = {gini!r};",
         f"inline constexpr double kBestFifthShare = {known[:int(np.floor(0.2 * n + 0.5))].sum() / known.sum()!r};",
         "inline constexpr std::array<double, 10> kDecileShares = {" + ", ".join(map(repr, map(float, deciles))) + "};",
         "struct Risk {\n  std::int64_t best, n_best, rest, n_rest;\n  double lift, low, high;\n};",
         f"inline constexpr std::array<Risk, {len(tables)}> kRisks = {{{{"]
for a, n1, b, n2 in tables:
    risk = relative_risk(a, n1, b, n2)
    interval = risk.confidence_interval(0.95)
    lines.append(f"    {{{a}, {n1}, {b}, {n2}, {risk.relative_risk!r}, {interval.low!r}, {interval.high!r}}},")
lines.append("}};")
text = ("#pragma once\n\n#include <array>\n#include <cstdint>\n\n/// Made by value_figures.py with numpy and scipy.\n"
        "namespace tessera::figures {\n\n" + "\n".join(lines) + "\n\n}  // namespace tessera::figures\n")
pathlib.Path(__file__).with_suffix(".hpp").write_text(text, encoding="utf-8")
