"""The article's experiment in PyTorch: a module, its loss, its optimiser."""

from time import perf_counter

import numpy as np
import torch
from payload import images_of
from serve import serve
from torch import nn


def prepare(payload):
    inputs, hidden, outputs = payload["sizes"]
    train_x, train_classes = images_of(payload["train"], np.float64)
    train_x = torch.from_numpy(train_x).split(1)
    train_t = torch.eye(outputs, dtype=torch.float64)[train_classes].split(1)
    test_x, test_classes = (torch.from_numpy(array) for array in images_of(payload["test"], np.float64))

    def run(case_id):
        model = nn.Sequential(nn.Linear(inputs, hidden), nn.Sigmoid(), nn.Linear(hidden, outputs), nn.Sigmoid())
        model = model.double()
        np.random.seed(payload["seed"])
        with torch.no_grad():
            for layer in (model[0], model[2]):
                layer.weight.copy_(torch.from_numpy(np.random.normal(0, 1, tuple(layer.weight.shape))))
                layer.bias.fill_(1)
        optimizer = torch.optim.SGD(model.parameters(), lr=payload["rate"])

        def accuracy():
            with torch.no_grad():
                return int((model(test_x).argmax(1) == test_classes).sum()) / len(test_classes)

        evaluate_each = case_id != "train"
        proof = []
        started = perf_counter()
        for x, t in zip(train_x, train_t):
            optimizer.zero_grad()
            (0.5 * (model(x) - t).square().sum()).backward()
            optimizer.step()
            if evaluate_each:
                proof.append(accuracy())
        milliseconds = (perf_counter() - started) * 1000
        if not evaluate_each:
            proof.append(accuracy())
        return milliseconds, proof

    return {"version": torch.__version__, "dtype": "float64"}, run


serve(prepare)
