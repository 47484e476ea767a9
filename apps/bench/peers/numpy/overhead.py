"""What one small op of NumPy costs. There is nothing to replay."""

from time import perf_counter

import numpy as np
from numpy_version import numpy_version
from serve import serve


def prepare(payload):
    times = payload["times"]
    x = np.arange(1, 9, dtype=np.float32)

    def run(case_id):
        started = perf_counter()
        for _ in range(times):
            result = x + x
        return (perf_counter() - started) * 1e6 / times, [times, *result.tolist()]

    return {"version": numpy_version(), "dtype": "float32", "cases": ["op"]}, run


serve(prepare)
