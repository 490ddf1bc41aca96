"""One k-means of scikit-learn on a prepared data set: prints seconds of the clustering alone, inertia and iterations as JSON."""

import json
import sys
import time
import warnings

import numpy
from sklearn.cluster import KMeans

folder, algorithm, iterations = sys.argv[1], sys.argv[2], int(sys.argv[3])
x = numpy.load(f"{folder}/x.npy")
initial = numpy.load(f"{folder}/initial.npy")
warnings.simplefilter("ignore")  # it warns where max_iter ends it, which is what we ask for
model = KMeans(len(initial), init=initial, n_init=1, max_iter=iterations, tol=0.0, algorithm=algorithm, copy_x=False)
begin = time.perf_counter()
model.fit(x)
seconds = time.perf_counter() - begin
print(json.dumps({"seconds": seconds, "inertia": float(model.inertia_), "iterations": int(model.n_iter_)}))
