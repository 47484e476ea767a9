"""Products in PyTorch."""

import torch
from payload import floats_of
from repeat import seconds_each
from serve import serve


def prepare(payload):
    a, b = (torch.from_numpy(floats_of(payload[name], -1)) for name in ("a", "b"))

    def run(case_id):
        m, k, n = payload["sizes"][case_id]
        left, right = a[: m * k].reshape(m, k), b[: k * n].reshape(k, n)
        seconds = seconds_each(lambda: left @ right)
        product = (left @ right).flatten()
        proof = [product[int(share * m * n)].item() for share in payload["shown"]]
        return 2 * m * k * n / seconds / 1e9, proof

    return {"version": torch.__version__, "dtype": "float32"}, run


serve(prepare)
