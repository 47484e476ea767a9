"""784-128-10 in NumPy, forward and backward written out on whole batches."""

from time import perf_counter

import numpy as np
from numpy_version import numpy_version
from payload import floats_of, images_of
from serve import serve


class Sgd:
    def __init__(self, weights, rate):
        self.weights, self.rate = weights, np.float32(rate)

    def update(self, gradients):
        for w, g in zip(self.weights, gradients):
            g *= self.rate
            w -= g


class Adam:
    def __init__(self, weights, rate):
        self.weights, self.rate, self.step = weights, rate, 0
        self.first = [np.zeros_like(w) for w in weights]
        self.second = [np.zeros_like(w) for w in weights]

    def update(self, gradients):
        self.step += 1
        rate = np.float32(self.rate * np.sqrt(1 - 0.999**self.step) / (1 - 0.9**self.step))
        for w, g, m, v in zip(self.weights, gradients, self.first, self.second):
            m *= np.float32(0.9)
            m += np.float32(0.1) * g
            v *= np.float32(0.999)
            v += np.float32(0.001) * np.square(g)
            w -= rate * m / (np.sqrt(v) + np.float32(1e-8))


def prepare(payload):
    inputs, hidden, outputs = payload["sizes"]
    sets = {
        name: (*images_of(payload[name]["train"]), *images_of(payload[name]["test"]))
        for name in ("images", "dense")
    }

    def run(case_id):
        training = payload["trainings"][case_id]
        batch = training["batch"]
        train_x, train_y, test_x, test_y = sets[training["data"]]
        w0 = floats_of(payload["weights"][0], inputs, hidden)
        w1 = floats_of(payload["weights"][1], hidden, outputs)
        b0, b1 = np.zeros(hidden, np.float32), np.zeros(outputs, np.float32)
        optimizer = (Sgd if training["optimizer"] == "sgd" else Adam)([w0, b0, w1, b1], training["rate"])
        rows = np.arange(batch)

        steps, loss, hits = 0, 0.0, 0
        started = perf_counter()
        is_late = False
        for epoch in range(training["epochs"]):
            order = np.random.RandomState(epoch).permutation(len(train_x))
            for i in range(len(order) // batch):
                chosen = order[i * batch : (i + 1) * batch]
                x, y = train_x[chosen], train_y[chosen]
                h = x @ w0
                h += b0
                np.maximum(h, 0, out=h)
                z = h @ w1
                z += b1
                hits += int((z.argmax(1) == y).sum())
                z -= z.max(1, keepdims=True)
                np.exp(z, out=z)
                z /= z.sum(1, keepdims=True)
                loss -= float(np.log(z[rows, y]).mean())
                z[rows, y] -= 1
                z /= batch
                d = z @ w1.T
                d *= h > 0
                optimizer.update([x.T @ d, d.sum(0), h.T @ z, z.sum(0)])
                steps += 1
                is_late = steps % 100 == 0 and perf_counter() - started > payload["secondsAtMost"]
                if is_late:
                    break
            if is_late:
                break
        seconds = perf_counter() - started
        known = (np.maximum(test_x @ w0 + b0, 0) @ w1 + b1).argmax(1) == test_y
        return steps * batch / seconds, [steps * batch, float(known.mean())]

    return {"version": numpy_version(), "dtype": "float32"}, run


serve(prepare)
