"""Prints the rows of two_proportions_test.cpp, from statsmodels and scipy: what the figures were made with."""

import math

from scipy.optimize import brentq
from scipy.stats import chi2_contingency, norm
from statsmodels.stats.proportion import confint_proportions_2indep

SHARES = [((56, 70), (48, 80)), ((9, 10), (3, 10)), ((10, 10), (0, 20)), ((3300, 90000), (610, 20000)), ((1, 2000), (0, 2000))]
PLANS = [(0.03, 90000, 20000), (0.03, 500, 200), (0.0, 1000, 1000), (0.4, 30, 30)]


def smallest_uplift(base, n_arm, n_control):
    def missing(uplift):
        share = base + uplift
        both = (n_arm * share + n_control * base) / (n_arm + n_control)
        return (uplift - norm.ppf(0.975) * math.sqrt(both * (1 - both) * (1 / n_arm + 1 / n_control))
                - norm.ppf(0.8) * math.sqrt(share * (1 - share) / n_arm + base * (1 - base) / n_control))
    return brentq(missing, 1e-12, 1 - base, xtol=1e-15)


for (a, n), (c, m) in SHARES:
    low, high = confint_proportions_2indep(a, n, c, m, method="newcomb", compare="diff", correction=False)
    p = chi2_contingency([[a, n - a], [c, m - c]], correction=False)[1]
    print(f"    {{{{{a}, {n}}}, {{{c}, {m}}}, {low!r}, {high!r}, {p!r}}},")
for plan in PLANS:
    print(f"    {{{', '.join(map(str, plan))}, {smallest_uplift(*plan)!r}}},")
