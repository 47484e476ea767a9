"""Ops on many numbers in NumPy, against its own copy."""

import numpy as np
from numpy_version import numpy_version
from repeat import seconds_each
from serve import serve

MOVED = {"relu": 2, "add": 3, "exp": 2, "softmax": 2}


def softmax(x):
    e = np.exp(x - x.max(1, keepdims=True))
    e /= e.sum(1, keepdims=True)
    return e


def prepare(payload):
    count, row = payload["count"], payload["row"]
    n = np.arange(count)
    x = (n % 1009 / 1009).astype(np.float32).reshape(-1, row)
    y = (n % 997 / 997).astype(np.float32).reshape(-1, row)
    signed = x - np.float32(0.5)
    target = np.empty_like(x)
    works = {
        "relu": lambda: np.maximum(signed, 0),
        "add": lambda: x + y,
        "exp": lambda: np.exp(x),
        "softmax": lambda: softmax(x),
        "sum": lambda: x.sum(),
        "sum of rows": lambda: x.sum(1),
        "sum of columns": lambda: x.sum(0),
        "max": lambda: x.max(),
    }

    def run(case_id):
        work = works[case_id]
        copying = seconds_each(lambda: np.copyto(target, x))
        seconds = seconds_each(work)
        result = np.ravel(work())
        proof = [result.size, *(float(result[i]) for i in (0, result.size // 2, result.size - 1))]
        return 100 * copying * MOVED.get(case_id, 1) / 2 / seconds, proof

    return {"version": numpy_version(), "dtype": "float32"}, run


serve(prepare)
