"""Times pandas.read_csv(FILE) once, after one reading to warm up: pandas_read.py FILE DATES ENGINE. Prints JSON."""

import json
import resource
import sys
import time

import pandas

KINDS = {"b": "flag", "i": "number", "f": "number", "M": "date"}  # of numpy; all else is text


def read(path, dates, engine):
    start = time.perf_counter()
    frame = pandas.read_csv(path, parse_dates=dates, engine=engine)
    return frame, time.perf_counter() - start


path, dates, engine = sys.argv[1], sys.argv[2].split(","), sys.argv[3]
read(path, dates, engine)
frame, seconds = read(path, dates, engine)
print(json.dumps({"seconds": seconds, "rows": len(frame), "version": pandas.__version__,
                  "kinds": {name: KINDS.get(dtype.kind, "text") for name, dtype in frame.dtypes.items()},
                  "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
