"""Makes data/mlp-curve.json: the losses of a network of 12, 16 and 4 units, rectifier and softmax cross-entropy, trained
by plain gradient descent with NumPy in float64. Every number is drawn from NumPy's legacy generator, so that the run
can be repeated. Usage: see README.md.
"""

import json

import numpy as np

SEED, COUNT, INPUTS, HIDDEN, CLASSES, BATCH, STEPS, RATE = 5, 64, 12, 16, 4, 16, 100, 0.5

np.random.seed(SEED)
x = np.random.uniform(-1, 1, (COUNT, INPUTS))
teacher = np.random.uniform(-1, 1, (INPUTS, CLASSES))
labels = (x @ teacher).argmax(1)
w0 = np.random.uniform(-0.5, 0.5, (INPUTS, HIDDEN))
b0 = np.zeros(HIDDEN)
w1 = np.random.uniform(-0.5, 0.5, (HIDDEN, CLASSES))
b1 = np.zeros(CLASSES)

losses = []
for step in range(STEPS):
    start = step * BATCH % COUNT
    a, t = x[start : start + BATCH], labels[start : start + BATCH]
    z = a @ w0 + b0
    h = np.maximum(z, 0)
    logits = h @ w1 + b1
    shifted = logits - logits.max(1, keepdims=True)
    p = np.exp(shifted) / np.exp(shifted).sum(1, keepdims=True)
    losses.append(float(-np.log(p[np.arange(BATCH), t]).mean()))
    g = p.copy()
    g[np.arange(BATCH), t] -= 1
    g /= BATCH
    gh = (g @ w1.T) * (z > 0)
    w1 -= RATE * (h.T @ g)
    b1 -= RATE * g.sum(0)
    w0 -= RATE * (a.T @ gh)
    b0 -= RATE * gh.sum(0)

print(json.dumps({
    "source": f"NumPy {np.__version__}, float64",
    "seed": SEED, "count": COUNT, "sizes": [INPUTS, HIDDEN, CLASSES], "batch": BATCH, "rate": RATE,
    "losses": losses,
}))
