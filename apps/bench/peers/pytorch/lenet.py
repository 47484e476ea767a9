"""The convolutional network in PyTorch."""

from time import perf_counter

import torch
from payload import floats_of, images_of
from serve import serve
from torch import nn


def prepare(payload):
    train_x, train_y, test_x, test_y = (
        torch.from_numpy(array) for part in ("train", "test") for array in images_of(payload[part])
    )
    train_x, test_x = train_x.reshape(-1, 1, 28, 28), test_x.reshape(-1, 1, 28, 28)
    batch = payload["batch"]

    def network():
        model = nn.Sequential(
            nn.Conv2d(1, 8, 5),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 5),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(256, 10),
        )
        kernels0, kernels1, weight = (floats_of(text, -1) for text in payload["weights"])
        with torch.no_grad():
            model[0].weight.copy_(torch.from_numpy(kernels0.reshape(8, 1, 5, 5)))
            model[3].weight.copy_(torch.from_numpy(kernels1.reshape(16, 8, 5, 5)))
            model[7].weight.copy_(torch.from_numpy(weight.reshape(256, 10)).T)
            for layer in (model[0], model[3], model[7]):
                layer.bias.zero_()
        return model

    def run(case_id):
        model = network()
        optimizer = torch.optim.SGD(model.parameters(), lr=payload["rate"])
        loss_of = nn.CrossEntropyLoss()
        steps, is_late = 0, False
        loss_sum, hits = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        started = perf_counter()
        for epoch in range(payload["epochs"]):
            order = torch.randperm(len(train_x), generator=torch.Generator().manual_seed(epoch))
            for chosen in order[: len(order) // batch * batch].split(batch):
                x, y = train_x[chosen], train_y[chosen]
                optimizer.zero_grad()
                logits = model(x)
                loss = loss_of(logits, y)
                loss.backward()
                optimizer.step()
                loss_sum += loss.detach()
                hits += (logits.detach().argmax(1) == y).sum()
                steps += 1
                is_late = steps % 20 == 0 and perf_counter() - started > payload["secondsAtMost"]
                if is_late:
                    break
            if is_late:
                break
        seconds = perf_counter() - started
        with torch.no_grad():
            known = (model(test_x).argmax(1) == test_y).float().mean().item()
        return steps * batch / seconds, [steps * batch, known]

    return {"version": torch.__version__, "dtype": "float32"}, run


serve(prepare)
