"""Prints the figures of choice_of_k_test.cpp, computed by scikit-learn and scipy: /usr/bin/python3 make_choice_figures.py

The accounts are those of the test's striped_accounts(): 400 around four centres in three features, on the grid.
"""

import numpy
from scipy.stats import multivariate_normal
from sklearn.cluster import KMeans
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, euclidean_distances

CENTRES = numpy.array([[0, 0, 0], [3, 0.5, 0], [0.5, 3, 1], [-2, -2, 2.5]])


def striped_accounts():
    i, f = numpy.meshgrid(numpy.arange(400), numpy.arange(3), indexing="ij")
    spread = (i * 7919 + f * 104729 + i * i * (f + 3)) % 1009 / 1009 - 0.5
    return numpy.rint((CENTRES[i[:, 0] % 4] + 1.5 * spread) * 2**20) / 2**20


def main():
    x = striped_accounts()
    n, d = x.shape
    for k in (4, 7):
        found = KMeans(k, init=x[:k], n_init=1, algorithm="lloyd", tol=0, max_iter=1000).fit(x)
        labels, centres, inertia = found.labels_, found.cluster_centers_, found.inertia_
        distances = numpy.sort(euclidean_distances(x, centres), axis=1)
        silhouette = ((distances[:, 1] - distances[:, 0]) / distances[:, 1]).mean()
        variance = inertia / (d * (n - k))
        shares = numpy.bincount(labels) / n
        likelihood = sum(multivariate_normal.logpdf(x[labels == j], centres[j], variance).sum()
                         + (labels == j).sum() * numpy.log(shares[j]) for j in range(k))
        bic = likelihood - k * (d + 1) / 2 * numpy.log(n)
        print(f"{{{k}, {inertia:.15g}, {silhouette:.15g}, {calinski_harabasz_score(x, labels):.15g}, "
              f"{davies_bouldin_score(x, labels):.15g}, {bic:.15g}}},")


if __name__ == "__main__":
    main()
