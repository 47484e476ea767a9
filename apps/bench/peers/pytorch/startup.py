"""PyTorch's start."""

import torch
from fresh import fresh
from serve import serve

PROGRAM = """
from time import perf_counter
started = perf_counter()
import torch
x = torch.tensor([[1, 2], [3, 4]], dtype=torch.float32)
result = (x @ x).flatten().tolist()
print([(perf_counter() - started) * 1000, result])
"""

serve(lambda payload: ({"version": torch.__version__, "dtype": "float32"}, lambda case_id: fresh(PROGRAM)))
