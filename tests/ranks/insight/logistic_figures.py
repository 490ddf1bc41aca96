"""Writes logistic_figures.hpp: what scikit-learn finds for the accounts of logistic_test.cpp. The figures are committed."""

import pathlib

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

N, D = 900, 5
GRID = 2.0**-20


def feature(i, f):
    """As feature_of() in logistic_test.cpp has it; the last one is an indicator."""
    if f == D - 1:
        return (1.0 if i % 7 == 0 else 0.0) - 0.125
    return np.rint(((i * (37 * f + 11) + 17 * f * f + 5) % 1009 / 1009.0 * 5.0 - 2.0) / GRID) * GRID


def label(i):
    noise = (i * 7919 % 1000) / 1000.0 * 4.0 - 2.0
    score = 0.9 * feature(i, 0) - 0.5 * feature(i, 1) + 1.5 * feature(i, D - 1) - 0.8 + noise
    return 1 if score > 0.0 else 0


x = np.array([[feature(i, f) for f in range(D)] for i in range(N)])
y = np.array([label(i) for i in range(N)])
model = LogisticRegression(C=1.0, tol=1e-12, max_iter=10000).fit(x, y)
area = roc_auc_score(y, model.decision_function(x))
lines = [f"inline constexpr int kAccounts = {N}, kFeatures = {D}, kOnes = {y.sum()};",
         f"inline constexpr double kIntercept = {float(model.intercept_[0])!r};",
         f"inline constexpr std::array<double, {D}> kCoefficients = {{" + ", ".join(repr(float(c)) for c in model.coef_[0]) + "};",
         f"inline constexpr double kArea = {float(area)!r};"]
text = ("#pragma once\n\n#include <array>\n\n"
        f"/// Made by logistic_figures.py with scikit-learn {sklearn.__version__}, C = 1.\n"
        "namespace tessera::figures {\n\n" + "\n".join(lines) + "\n\n}  // namespace tessera::figures\n")
pathlib.Path(__file__).with_suffix(".hpp").write_text(text, encoding="utf-8")
