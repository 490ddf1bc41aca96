"""Scoring from CSV by pandas and scikit-learn. `peer_csv.py fit FOLDER` fits encoding and k-means on FOLDER/night.csv and keeps them in
FOLDER/peer.joblib; `peer_csv.py score FOLDER NEW.csv` reads NEW.csv, encodes it and finds each account's cluster. Prints seconds, without imports
and without reading the model, as JSON."""

import json
import resource
import sys
import time

import joblib
import numpy
import pandas
import sklearn
import threadpoolctl
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from scored_tables import CATEGORIES, CORES, LOGARITHMS, PLAIN, SEED


def encoder():
    """As the job of the night encodes: medians for what is missing, log1p, unit variance, an indicator a category."""
    return ColumnTransformer([
        ("logarithms", make_pipeline(SimpleImputer(strategy="median"), FunctionTransformer(numpy.log1p), StandardScaler()), LOGARITHMS),
        ("plain", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), PLAIN),
        ("categories", OneHotEncoder(handle_unknown="ignore", sparse_output=False), CATEGORIES)])


def fit(folder):
    encoding = encoder()
    features = encoding.fit_transform(pandas.read_csv(f"{folder}/night.csv"))
    joblib.dump((encoding, KMeans(CORES, n_init=1, random_state=SEED).fit(features)), f"{folder}/peer.joblib")


def score(folder, new):
    encoding, kmeans = joblib.load(f"{folder}/peer.joblib")
    used_before, begin = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    frame = pandas.read_csv(new)
    read = time.perf_counter()
    cluster = kmeans.predict(encoding.transform(frame))
    end, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    blas = sorted({pool["internal_api"] for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"})
    print(json.dumps({"accounts": len(cluster), "seconds": end - begin, "reading": read - begin,
                      "cpu_seconds": used.ru_utime + used.ru_stime - used_before.ru_utime - used_before.ru_stime, "peak_mib": used.ru_maxrss / 1024,
                      "versions": f"pandas {pandas.__version__}, scikit-learn {sklearn.__version__} on {' '.join(blas) or 'no BLAS'}"}))


fit(sys.argv[2]) if sys.argv[1] == "fit" else score(sys.argv[2], sys.argv[3])
