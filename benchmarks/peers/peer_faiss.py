"""One k-means of FAISS on a prepared data set: prints seconds of the clustering alone, inertia and iterations as JSON."""

import json
import sys
import time

import faiss
import numpy

folder, iterations = sys.argv[1], int(sys.argv[3])
x = numpy.load(f"{folder}/x.npy")
initial = numpy.load(f"{folder}/initial.npy")
k, d = initial.shape
model = faiss.Clustering(d, k)
model.niter = iterations
model.max_points_per_centroid = len(x)  # no subsampling
model.min_points_per_centroid = 1
faiss.copy_array_to_vector(initial.ravel(), model.centroids)
index = faiss.IndexFlatL2(d)
begin = time.perf_counter()
model.train(x, index)
centroids = faiss.vector_to_array(model.centroids).reshape(k, d)
index.reset()
index.add(centroids)
distances, _ = index.search(x, 1)
seconds = time.perf_counter() - begin
print(json.dumps({"seconds": seconds, "inertia": float(distances.sum(dtype=numpy.float64)), "iterations": iterations}))
