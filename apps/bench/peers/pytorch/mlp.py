"""784-128-10 in PyTorch: a module, a loss, an optimiser, as its tutorials do it."""

from time import perf_counter

import torch
from payload import floats_of, images_of
from serve import serve
from torch import nn


def prepare(payload):
    inputs, hidden, outputs = payload["sizes"]
    sets = {
        name: [torch.from_numpy(array) for part in ("train", "test") for array in images_of(payload[name][part])]
        for name in ("images", "dense")
    }

    def network():
        model = nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, outputs))
        with torch.no_grad():
            for layer, weight in ((model[0], payload["weights"][0]), (model[2], payload["weights"][1])):
                layer.weight.copy_(torch.from_numpy(floats_of(weight, layer.in_features, -1)).T)
                layer.bias.zero_()
        return model

    def run(case_id):
        training = payload["trainings"][case_id]
        batch = training["batch"]
        train_x, train_y, test_x, test_y = sets[training["data"]]
        model = network()
        kind = torch.optim.SGD if training["optimizer"] == "sgd" else torch.optim.Adam
        optimizer = kind(model.parameters(), lr=training["rate"])
        loss_of = nn.CrossEntropyLoss()

        steps, is_late = 0, False
        loss_sum, hits = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        started = perf_counter()
        for epoch in range(training["epochs"]):
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
                is_late = steps % 100 == 0 and perf_counter() - started > payload["secondsAtMost"]
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
