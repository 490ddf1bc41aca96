"""scikit-learn's KMeans.predict on the accounts that `bench_score N FOLDER` left in FOLDER: accounts a second, as JSON."""

import json
import sys
import time

import numpy
from sklearn.cluster import KMeans

folder = sys.argv[1]
centroids = numpy.fromfile(f"{folder}/c.f64").reshape(64, 32).astype(numpy.float32)
x = numpy.fromfile(f"{folder}/x.f32", dtype=numpy.float32).reshape(-1, 32)
model = KMeans(64, init=centroids, n_init=1, max_iter=1).fit(x[:10000])
model.cluster_centers_ = centroids
seconds = []
for repeat in range(7):
    begin = time.perf_counter()
    model.predict(x)
    seconds.append(time.perf_counter() - begin)
print(json.dumps({"accounts": len(x), "seconds": sorted(seconds)[3], "millions_a_second": len(x) / 1e6 / sorted(seconds)[3]}))
