"""What one small op of PyTorch costs."""

from time import perf_counter

import torch
from serve import serve


def prepare(payload):
    times = payload["times"]
    x = torch.arange(1, 9, dtype=torch.float32)

    def run(case_id):
        started = perf_counter()
        for _ in range(times):
            result = x + x
        return (perf_counter() - started) * 1e6 / times, [times, *result.tolist()]

    return {"version": torch.__version__, "dtype": "float32", "cases": ["op"]}, run


serve(prepare)
