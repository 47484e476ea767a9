"""Makes data/pytorch-cases.json: what PyTorch gives in float64 for every op of the table, forward and backward, and
for optimisers. Needs PyTorch 1.13 (Debian: python3-torch). Usage: see README.md.
"""

import json

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(20)


def array(tensor):
    whole = tensor.dtype in (torch.int64, torch.int32, torch.bool)
    data = [int(v) if whole else float(v) for v in tensor.flatten().tolist()]
    return {"shape": list(tensor.shape), "data": data, "int": whole}


def normal(*shape):
    return torch.randn(*shape)


def positive(*shape):
    return torch.rand(*shape) * 1.7 + 0.3


def indices(high, *shape):
    return torch.randint(0, high, shape)


cases = []


def case(op, params, inputs, compute):
    inputs = [x.clone().requires_grad_() if x.dtype.is_floating_point else x for x in inputs]
    output = compute(*inputs)
    entry = {"op": op, "params": params, "inputs": [array(x.detach()) for x in inputs], "output": array(output.detach())}
    if output.requires_grad:
        cotangent = torch.randn(output.shape)
        floats = [x for x in inputs if x.dtype.is_floating_point]
        found = dict(zip(map(id, floats), torch.autograd.grad(output, floats, cotangent, allow_unused=True)))
        entry["cotangent"] = cotangent.flatten().tolist()
        entry["grads"] = [
            None if not x.dtype.is_floating_point else array(found[id(x)] if found[id(x)] is not None else torch.zeros_like(x))
            for x in inputs
        ]
    else:
        entry["cotangent"] = None
        entry["grads"] = [None for _ in inputs]
    cases.append(entry)


# Matrices and broadcasting
for a, b in [((1, 1), (1, 1)), ((7, 3), (3, 5)), ((2, 3, 4), (2, 4, 2)), ((2, 1, 3, 4), (5, 4, 2)), ((5, 2, 3), (3, 1)), ((33, 17), (17, 9))]:
    case("matmul", {}, [normal(*a), normal(*b)], torch.matmul)
for op, f in [("add", torch.add), ("sub", torch.sub), ("mul", torch.mul), ("maximum", torch.maximum), ("minimum", torch.minimum)]:
    case(op, {}, [normal(2, 3, 4), normal(3, 1)], f)
    case(op, {}, [normal(1), normal(5, 3)], f)
case("div", {}, [normal(4, 1, 3), positive(2, 1)], torch.div)
case("pow", {}, [positive(3, 4), normal(3, 1)], torch.pow)

# Elementwise
for op, f in [
    ("neg", torch.neg), ("abs", torch.abs), ("square", torch.square), ("exp", torch.exp), ("expm1", torch.expm1),
    ("sin", torch.sin), ("cos", torch.cos), ("tanh", torch.tanh), ("erf", torch.erf), ("sigmoid", torch.sigmoid),
    ("relu", F.relu), ("silu", F.silu), ("reciprocal", torch.reciprocal),
]:
    case(op, {}, [normal(3, 7) * 2], f)
for op, f in [("sqrt", torch.sqrt), ("rsqrt", torch.rsqrt), ("log", torch.log), ("log1p", torch.log1p)]:
    case(op, {}, [positive(11)], f)
for op, f in [("sign", torch.sign), ("floor", torch.floor), ("ceil", torch.ceil), ("round", torch.round)]:
    with torch.no_grad():
        case(op, {}, [normal(13) * 3], f)
with torch.no_grad():
    case("round", {}, [torch.tensor([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5])], torch.round)
case("clip", {"min": -0.5, "max": 0.8}, [normal(17)], lambda x: torch.clamp(x, -0.5, 0.8))
case("gelu", {"approximate": "tanh"}, [normal(9) * 2], lambda x: F.gelu(x, approximate="tanh"))
case("gelu", {}, [normal(2, 9) * 3], F.gelu)
for beta in (0.5, 3.0):
    case("softplus", {"beta": beta}, [normal(9) * 3], lambda x: F.softplus(x, beta=beta, threshold=1000))
case("leaky_relu", {"negativeSlope": 0.2}, [normal(9)], lambda x: F.leaky_relu(x, 0.2))
case("elu", {"alpha": 0.7}, [normal(9)], lambda x: F.elu(x, 0.7))
case("where", {}, [indices(2, 3, 4), normal(3, 4), normal(4)], lambda c, a, b: torch.where(c.bool(), a, b))
for op, f in [("equal", torch.eq), ("greater", torch.gt), ("less", torch.lt)]:
    with torch.no_grad():
        case(op, {}, [indices(3, 4, 5), indices(3, 5)], f)

# Reductions
for axis, keep in [(None, False), (1, True), ([0, 2], False), (-1, False)]:
    params = {"axis": axis, "keepdims": keep}
    dims = {} if axis is None else {"dim": axis, "keepdim": keep}
    case("sum", params, [normal(2, 3, 4)], lambda x: x.sum(**dims))
    case("mean", params, [normal(2, 3, 4)], lambda x: x.mean(**dims))
    all_dims = list(range(3)) if axis is None else axis
    case("max", params, [normal(2, 3, 4)], lambda x: torch.amax(x, all_dims, keep))
    case("min", params, [normal(2, 3, 4)], lambda x: torch.amin(x, all_dims, keep))
    case("logsumexp", params, [normal(2, 3, 4) * 3], lambda x: torch.logsumexp(x, all_dims, keep))
    case("var", {**params, "correction": 1}, [normal(2, 3, 4)], lambda x: torch.var(x, all_dims, unbiased=True, keepdim=keep))
    case("std", {**params, "correction": 1}, [normal(2, 3, 4)], lambda x: torch.std(x, all_dims, unbiased=True, keepdim=keep))
    for p in (1, 2, 3):
        case("norm", {**params, "p": p}, [normal(2, 3, 4)], lambda x: torch.linalg.vector_norm(x, p, all_dims, keep))
case("max", {"axis": 1, "keepdims": False}, [torch.tensor([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]])], lambda x: torch.amax(x, 1))
case("prod", {"axis": 1, "keepdims": False}, [normal(2, 3, 4)], lambda x: x.prod(1))
case("prod", {"axis": 1, "keepdims": True}, [torch.tensor([[2.0, 0.0, 3.0], [0.0, 5.0, 0.0]])], lambda x: x.prod(1, keepdim=True))
for axis in (0, 1, 2):
    case("cumsum", {"axis": axis}, [normal(2, 5, 3)], lambda x: x.cumsum(axis))
    case("softmax", {"axis": axis}, [normal(2, 5, 3) * 3], lambda x: x.softmax(axis))
    case("log_softmax", {"axis": axis}, [normal(2, 5, 3) * 3], lambda x: x.log_softmax(axis))
    with torch.no_grad():
        case("argmax", {"axis": axis}, [normal(3, 4, 5)], lambda x: x.argmax(axis))
        case("argmin", {"axis": axis}, [normal(3, 4, 5)], lambda x: x.argmin(axis))
    case("sort", {"axis": axis}, [normal(2, 5, 3)], lambda x: x.sort(axis)[0])
    case("topk", {"axis": axis, "k": 2}, [normal(3, 5, 3)], lambda x: x.topk(2, axis)[0])
case("sort", {"axis": 0, "descending": True}, [normal(9)], lambda x: x.sort(0, True)[0])

# Shapes
case("transpose", {"perm": [1, 0]}, [normal(3, 5)], lambda x: x.permute(1, 0))
case("transpose", {"perm": [0, 3, 1, 2]}, [normal(2, 3, 4, 2)], lambda x: x.permute(0, 3, 1, 2))
case("reshape", {"shape": [3, -1]}, [normal(2, 3, 4)], lambda x: x.reshape(3, -1))
case("expand", {"shape": [2, 3, 4]}, [normal(3, 1)], lambda x: x.expand(2, 3, 4))
case("squeeze", {"axis": 1}, [normal(2, 1, 3)], lambda x: x.squeeze(1))
case("unsqueeze", {"axis": -1}, [normal(2, 3)], lambda x: x.unsqueeze(-1))
case("flip", {"axes": [0, 2]}, [normal(2, 3, 4)], lambda x: x.flip([0, 2]))
case("tile", {"counts": [2, 1, 3]}, [normal(2, 2)], lambda x: x.tile(2, 1, 3))
case("pad", {"padding": [[1, 0], [2, 3]], "value": 1.5}, [normal(2, 3)], lambda x: F.pad(x, (2, 3, 1, 0), value=1.5))
case("concat", {"axis": 0}, [normal(2, 3), normal(1, 3), normal(4, 3)], lambda *xs: torch.cat(xs, 0))
case("concat", {"axis": -1}, [normal(2, 3, 1), normal(2, 3, 4)], lambda *xs: torch.cat(xs, -1))
case("stack", {"axis": 1}, [normal(2, 3), normal(2, 3)], lambda *xs: torch.stack(xs, 1))
case("slice", {"spec": [[0, 7, 3], [1, 5, 2]]}, [normal(7, 6)], lambda x: x[0:7:3, 1:5:2])
case("slice", {"spec": [None, [-3, None, 1]]}, [normal(2, 6)], lambda x: x[:, -3:])

# Indices
case("gather_rows", {}, [normal(7, 2, 3), indices(7, 2, 4)], lambda t, i: t[i])
case("embedding", {}, [normal(9, 4), indices(9, 3, 2)], lambda t, i: F.embedding(i, t))
case("take_along", {"axis": 1}, [normal(3, 5, 2), indices(5, 3, 4, 2)], lambda x, i: torch.take_along_dim(x, i, 1))
case("scatter_add", {"axis": 0}, [normal(4, 3), indices(4, 6, 3), normal(6, 3)], lambda b, i, s: b.scatter_add(0, i, s))
with torch.no_grad():
    case("one_hot", {"classes": 5}, [indices(5, 2, 3)], lambda i: F.one_hot(i, 5))

# Convolution and pooling
case("conv2d", {"stride": 2, "padding": 1, "layout": "NCHW"}, [normal(2, 3, 7, 6), normal(4, 3, 3, 3), normal(4)],
     lambda x, w, b: F.conv2d(x, w, b, stride=2, padding=1))
case("conv2d", {"stride": [1, 2], "padding": [2, 0], "dilation": [2, 1]}, [normal(1, 2, 5, 7), normal(3, 2, 3, 2), normal(3)],
     lambda x, w, b: F.conv2d(x, w, b, stride=(1, 2), padding=(2, 0), dilation=(2, 1)))
case("conv2d", {"groups": 4, "padding": 1}, [normal(2, 4, 5, 5), normal(8, 1, 3, 3), normal(8)],
     lambda x, w, b: F.conv2d(x, w, b, groups=4, padding=1))
case("conv2d", {}, [normal(1, 1, 3, 3), normal(1, 1, 1, 1), normal(1)], F.conv2d)
case("conv1d", {"stride": 2, "padding": 1}, [normal(2, 3, 9), normal(4, 3, 3), normal(4)],
     lambda x, w, b: F.conv1d(x, w, b, stride=2, padding=1))
case("conv_transpose2d", {}, [normal(1, 2, 3, 3), normal(2, 3, 2, 2), normal(3)], F.conv_transpose2d)
case("conv_transpose2d", {"stride": [2, 3], "padding": 1, "outputPadding": [1, 2], "dilation": [1, 2]},
     [normal(2, 2, 4, 3), normal(2, 3, 3, 2), normal(3)],
     lambda x, w, b: F.conv_transpose2d(x, w, b, stride=(2, 3), padding=1, output_padding=(1, 2), dilation=(1, 2)))
case("conv_transpose2d", {"groups": 2, "stride": 2}, [normal(1, 4, 3, 3), normal(4, 2, 3, 3), normal(4)],
     lambda x, w, b: F.conv_transpose2d(x, w, b, stride=2, groups=2))
case("conv_transpose2d", {"padding": 3}, [normal(1, 1, 6, 6), normal(1, 1, 2, 2), normal(1)],
     lambda x, w, b: F.conv_transpose2d(x, w, b, padding=3))
case("max_pool2d", {"kernel": 3, "stride": 2, "padding": 1}, [normal(2, 2, 7, 6)], lambda x: F.max_pool2d(x, 3, 2, 1))
case("max_pool2d", {"kernel": [2, 3], "stride": 1, "dilation": [2, 1]}, [normal(1, 2, 6, 5)],
     lambda x: F.max_pool2d(x, (2, 3), 1, 0, (2, 1)))
case("max_pool2d", {"kernel": 2}, [torch.randint(0, 3, (1, 2, 6, 6)).double()], lambda x: F.max_pool2d(x, 2))
case("avg_pool2d", {"kernel": 3, "stride": 2, "padding": 1}, [normal(2, 2, 7, 6)], lambda x: F.avg_pool2d(x, 3, 2, 1))
case("avg_pool2d", {"kernel": [2, 3], "stride": 1, "padding": [1, 1], "countIncludePad": False}, [normal(1, 2, 5, 5)],
     lambda x: F.avg_pool2d(x, (2, 3), 1, (1, 1), count_include_pad=False))

# Normalisation
case("batch_norm_train", {"eps": 1e-3}, [normal(5, 3), normal(3), normal(3)],
     lambda x, s, b: F.batch_norm(x, None, None, s, b, True, eps=1e-3))
case("batch_norm_train_2d", {"eps": 1e-5}, [normal(2, 3, 4, 2), normal(3), normal(3)],
     lambda x, s, b: F.batch_norm(x, None, None, s, b, True, eps=1e-5))
case("layer_norm", {"eps": 1e-3}, [normal(3, 2, 4), normal(2, 4), normal(2, 4)],
     lambda x, s, b: F.layer_norm(x, (2, 4), s, b, 1e-3))
case("group_norm", {"groups": 3, "eps": 1e-4}, [normal(2, 6, 3), normal(6), normal(6)],
     lambda x, s, b: F.group_norm(x, 3, s, b, 1e-4))
case("rms_norm", {"eps": 1e-4}, [normal(3, 5), normal(5)],
     lambda x, s: x * torch.rsqrt((x * x).mean(-1, keepdim=True) + 1e-4) * s)

# Losses
classes = [2, 0, 4, 4, 1, 3]
target = torch.tensor(classes)
for reduction in ("mean", "sum", "none"):
    case("cross_entropy", {"targets": classes, "reduction": reduction}, [normal(6, 5) * 2],
         lambda x: F.cross_entropy(x, target, reduction=reduction))
    case("cross_entropy", {"targets": classes, "reduction": reduction, "ignoreIndex": 4, "labelSmoothing": 0.2}, [normal(6, 5)],
         lambda x: F.cross_entropy(x, target, reduction=reduction, ignore_index=4, label_smoothing=0.2))
    weight = [0.5, 1.0, 2.0, 0.1, 3.0]
    case("cross_entropy", {"targets": classes, "reduction": reduction, "weight": weight, "labelSmoothing": 0.1}, [normal(6, 5)],
         lambda x: F.cross_entropy(x, target, torch.tensor(weight), reduction=reduction, label_smoothing=0.1))
    case("cross_entropy", {"targets": classes, "reduction": reduction, "weight": weight, "ignoreIndex": 4}, [normal(6, 5)],
         lambda x: F.cross_entropy(x, target, torch.tensor(weight), reduction=reduction, ignore_index=4))
    probabilities = normal(6, 5).softmax(1)
    case("cross_entropy", {"targets": probabilities.flatten().tolist(), "reduction": reduction, "labelSmoothing": 0.1}, [normal(6, 5)],
         lambda x: F.cross_entropy(x, probabilities, reduction=reduction, label_smoothing=0.1))
    case("nll", {"targets": classes, "reduction": reduction, "ignoreIndex": 0}, [normal(6, 5)],
         lambda x: F.nll_loss(x, target, reduction=reduction, ignore_index=0))
    goal = normal(3, 4)
    case("mse", {"targets": goal.flatten().tolist(), "reduction": reduction}, [normal(3, 4)],
         lambda x: F.mse_loss(x, goal, reduction=reduction))
    case("huber", {"targets": goal.flatten().tolist(), "reduction": reduction, "delta": 0.4}, [normal(3, 4)],
         lambda x: F.huber_loss(x, goal, reduction=reduction, delta=0.4))
    answer = torch.rand(3, 4)
    case("bce_with_logits", {"targets": answer.flatten().tolist(), "reduction": reduction}, [normal(3, 4) * 4],
         lambda x: F.binary_cross_entropy_with_logits(x, answer, reduction=reduction))
    case("kl_div", {"targets": probabilities.flatten().tolist(), "reduction": reduction}, [normal(6, 5)],
         lambda x: F.kl_div(x, probabilities, reduction=reduction))
places = torch.randint(0, 4, (2, 3, 2))
case("cross_entropy", {"targets": places.flatten().tolist()}, [normal(2, 4, 3, 2)], lambda x: F.cross_entropy(x, places))
kl_targets = normal(6, 5).log_softmax(1)
case("kl_div", {"targets": kl_targets.flatten().tolist(), "reduction": "batchmean", "logTarget": True}, [normal(6, 5)],
     lambda x: F.kl_div(x, kl_targets, reduction="batchmean", log_target=True))

optimizers = []


def trajectory(name, params, make, schedule=None, steps=15, batch=5, inputs=3, outputs=2):
    a, t = normal(steps, batch, inputs), normal(steps, batch, outputs)
    w = normal(inputs, outputs).requires_grad_()
    start = w.detach().clone()
    optimizer = make([w])
    scheduler = schedule(optimizer) if schedule else None
    weights, rates = [], []
    for i in range(steps):
        optimizer.zero_grad()
        ((a[i] @ w - t[i]) ** 2).mean().backward()
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if scheduler:
            scheduler.step()
        weights.append(w.detach().flatten().tolist())
    optimizers.append({
        "optimizer": name, "params": params, "w0": start.flatten().tolist(), "A": a.flatten().tolist(), "T": t.flatten().tolist(),
        "shape": [steps, batch, inputs, outputs], "weights": weights, "lr": rates,
    })


optim, sched = torch.optim, torch.optim.lr_scheduler
trajectory("sgd", {"lr": 0.05, "weightDecay": 0.1}, lambda p: optim.SGD(p, 0.05, weight_decay=0.1))
trajectory("sgd", {"lr": 0.05, "momentum": 0.8, "weightDecay": 0.1}, lambda p: optim.SGD(p, 0.05, momentum=0.8, weight_decay=0.1))
trajectory("sgd", {"lr": 0.05, "momentum": 0.8, "nesterov": True, "weightDecay": 0.02},
           lambda p: optim.SGD(p, 0.05, momentum=0.8, nesterov=True, weight_decay=0.02))
trajectory("adam", {"lr": 0.03, "beta1": 0.8, "beta2": 0.95, "eps": 1e-6, "weightDecay": 0.1},
           lambda p: optim.Adam(p, 0.03, (0.8, 0.95), 1e-6, 0.1))
trajectory("adamw", {"lr": 0.03, "weightDecay": 0.2}, lambda p: optim.AdamW(p, 0.03, weight_decay=0.2))
trajectory("adam+cosine", {"lr": 0.1, "tMax": 15, "etaMin": 0.01}, lambda p: optim.Adam(p, 0.1),
           lambda o: sched.CosineAnnealingLR(o, 15, 0.01))
trajectory("sgd", {"lr": 0.05, "momentum": 0.8, "dampening": 0.3, "weightDecay": 0.1},
           lambda p: optim.SGD(p, 0.05, momentum=0.8, dampening=0.3, weight_decay=0.1))
# A rate at which gradients grow and fall, so that the largest second moment is not always the last one.
trajectory("adam", {"lr": 0.3, "beta2": 0.5, "weightDecay": 0.1, "amsgrad": True},
           lambda p: optim.Adam(p, 0.3, (0.9, 0.5), weight_decay=0.1, amsgrad=True))
trajectory("adamw", {"lr": 0.3, "betas": [0.8, 0.5], "weightDecay": 0.1, "amsgrad": True},
           lambda p: optim.AdamW(p, 0.3, (0.8, 0.5), weight_decay=0.1, amsgrad=True))
trajectory("rmsprop", {"lr": 0.02}, lambda p: optim.RMSprop(p, 0.02))
trajectory("rmsprop", {"lr": 0.02, "alpha": 0.8, "eps": 1e-4, "weightDecay": 0.1, "momentum": 0.7, "centered": True},
           lambda p: optim.RMSprop(p, 0.02, 0.8, 1e-4, 0.1, 0.7, True))
trajectory("adagrad", {"lr": 0.1}, lambda p: optim.Adagrad(p, 0.1))
trajectory("adagrad", {"lr": 0.1, "lrDecay": 0.2, "weightDecay": 0.1, "initialAccumulatorValue": 0.3, "eps": 1e-3},
           lambda p: optim.Adagrad(p, 0.1, 0.2, 0.1, 0.3, 1e-3))


class Lion(optim.Optimizer):
    """Not among PyTorch's: algorithm 2 of X. Chen et al., "Symbolic discovery of optimization algorithms", 2023."""

    def __init__(self, params, lr, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            near, far = group["betas"]
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                c = torch.lerp(p.grad, m, near)
                p -= group["lr"] * (torch.sign(c) + group["weight_decay"] * p)
                m.copy_(torch.lerp(p.grad, m, far))


trajectory("lion", {"lr": 0.02}, lambda p: Lion(p, 0.02))
trajectory("lion", {"lr": 0.02, "beta1": 0.6, "beta2": 0.8, "weightDecay": 0.5}, lambda p: Lion(p, 0.02, (0.6, 0.8), 0.5))
for name, params, schedule in [
    ("step", {"stepSize": 4, "gamma": 0.5}, lambda o: sched.StepLR(o, 4, 0.5)),
    ("multistep", {"milestones": [2, 3, 9], "gamma": 0.3}, lambda o: sched.MultiStepLR(o, [2, 3, 9], 0.3)),
    ("exponential", {"gamma": 0.9}, lambda o: sched.ExponentialLR(o, 0.9)),
    ("polynomial", {"totalIters": 11, "power": 2}, lambda o: sched.PolynomialLR(o, 11, 2)),
    ("cosinerestarts", {"t0": 2, "tMult": 2, "etaMin": 0.01}, lambda o: sched.CosineAnnealingWarmRestarts(o, 2, 2, 0.01)),
    ("linear", {"startFactor": 0.2, "totalIters": 6}, lambda o: sched.LinearLR(o, 0.2, 1, 6)),
    ("onecycle", {"maxLr": 0.1, "totalSteps": 15}, lambda o: sched.OneCycleLR(o, 0.1, 15, cycle_momentum=False)),
    ("onecycle", {"maxLr": 0.1, "totalSteps": 15, "pctStart": 0.2, "divFactor": 10, "finalDivFactor": 100, "annealStrategy": "linear"},
     lambda o: sched.OneCycleLR(o, 0.1, 15, pct_start=0.2, div_factor=10, final_div_factor=100, anneal_strategy="linear", cycle_momentum=False)),
]:
    trajectory(f"sgd+{name}", {"lr": 0.1, **params}, lambda p: optim.SGD(p, 0.1), schedule, batch=2, inputs=2, outputs=1)

print(json.dumps({
    "format": "gradwerk-op-cases/1",
    "source": f"PyTorch {torch.__version__.split('a')[0]} (Debian), float64",
    "cases": cases,
    "optimizers": optimizers,
}))
