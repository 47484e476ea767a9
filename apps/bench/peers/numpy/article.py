"""The article's experiment in NumPy, forward and backward written out on whole layers."""

from time import perf_counter

import numpy as np
from numpy_version import numpy_version
from payload import images_of
from serve import serve


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def prepare(payload):
    inputs, hidden, outputs = payload["sizes"]
    rate = payload["rate"]
    train_x, train_classes = images_of(payload["train"], np.float64)
    train_t = np.eye(outputs)[train_classes]
    test_x, test_classes = images_of(payload["test"], np.float64)

    def run(case_id):
        np.random.seed(payload["seed"])
        w0 = np.random.normal(0, 1, (hidden, inputs))
        w1 = np.random.normal(0, 1, (outputs, hidden))
        b0 = np.ones(hidden)
        b1 = np.ones(outputs)

        def accuracy():
            # Images as columns, [784, N] -> [10, N] -> [2, N]: OpenBLAS takes two thirds of the time of rows.
            y = sigmoid(w1 @ sigmoid(w0 @ test_x.T + b0[:, None]) + b1[:, None])
            return int((y.argmax(axis=0) == test_classes).sum()) / len(test_classes)

        evaluate_each = case_id != "train"
        proof = []
        started = perf_counter()
        for x, t in zip(train_x, train_t):
            h = sigmoid(w0 @ x + b0)
            y = sigmoid(w1 @ h + b1)
            d1 = (y - t) * y * (1 - y)
            d0 = (d1 @ w1) * h * (1 - h)
            d1 *= rate
            d0 *= rate
            w1 -= np.outer(d1, h)
            b1 -= d1
            w0 -= np.outer(d0, x)
            b0 -= d0
            if evaluate_each:
                proof.append(accuracy())
        milliseconds = (perf_counter() - started) * 1000
        if not evaluate_each:
            proof.append(accuracy())
        return milliseconds, proof

    return {"version": numpy_version(), "dtype": "float64"}, run


serve(prepare)
