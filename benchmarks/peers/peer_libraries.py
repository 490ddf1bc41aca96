"""What a peer stands on: prints its version, numpy's, and the BLAS that it has loaded, as JSON."""

import importlib
import json
import sys

import numpy
import threadpoolctl

importlib.import_module(sys.argv[1])  # what k-means calls, with all that it loads
peer = sys.modules[sys.argv[1].partition(".")[0]]
blas = [pool for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
print(json.dumps({"version": peer.__version__, "numpy": numpy.__version__, "blas": blas}))
