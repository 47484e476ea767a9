import {
  clip,
  concat,
  cumsum,
  gelu,
  logSoftmax,
  logsumexp,
  softplus,
  type Tensor,
  where,
} from "@gradwerk/tensor";

/** Functions of `[B, 3, 4]` as a layer of one's own may compute them: ops of most families, in and out of a file or a module. */
export const ownFunctions: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  arithmetic: (x) => x.mul(2).sub(1).div(3).add(x.abs().add(0.1).pow(1.5)).neg(),
  "functions of one number": (x) =>
    x.sin().add(x.cos()).add(x.exp()).add(x.erf()).add(x.sign()).add(x.abs().sqrt()),
  "more functions": (x) => x.abs().add(1).log().add(x.abs().log1p()).add(x.expm1()),
  rounding: (x) => x.floor().add(x.ceil().mul(10)).add(x.mul(2).round().mul(100)),
  "the larger and the smaller": (x) =>
    x
      .maximum(0.5)
      .add(x.neg().minimum(0.25))
      .add(clip(x, -1, 1)),
  "comparisons as numbers": (x) =>
    x.greater(0).cast("float32").add(x.lessEqual(0.5).cast("float32").mul(2)).add(x.notEqual(0)),
  choice: (x) => where(x.less(0).logicalAnd(x.greater(-1)), x.mul(10), x),
  "gelu by tanh": (x) => gelu(x, { approximate: "tanh" }),
  "sharp softplus": (x) => softplus(x, 3),
  logSoftmax: (x) => logSoftmax(x, 1),
  reductions: (x) =>
    x
      .sum({ axes: 1, keepDims: true })
      .add(x.prod({ axes: [1, 2], keepDims: true }))
      .add(x.max({ axes: -1, keepDims: true })),
  "more reductions": (x) =>
    logsumexp(x, { axes: 1 })
      .add(x.min({ axes: 1 }))
      .add(x.variance({ axes: 1 })),
  "running sums": (x) => cumsum(x, 1),
  "parts and wholes": (x) => concat([x.slice(1, 1, 3), x.flip(2), x.slice(1, 0, 3, 2)], 1),
  "axes in another order": (x) =>
    x
      .permute([0, 2, 1])
      .reshape([x.shape[0] * 4, 3])
      .reshape([x.shape[0], 12]),
};
