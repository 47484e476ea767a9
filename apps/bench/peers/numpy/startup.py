"""NumPy's start."""

from fresh import fresh
from numpy_version import numpy_version
from serve import serve

PROGRAM = """
from time import perf_counter
started = perf_counter()
import numpy as np
x = np.array([[1, 2], [3, 4]], np.float32)
result = (x @ x).ravel().tolist()
print([(perf_counter() - started) * 1000, result])
"""

serve(lambda payload: ({"version": numpy_version(), "dtype": "float32"}, lambda case_id: fresh(PROGRAM)))
