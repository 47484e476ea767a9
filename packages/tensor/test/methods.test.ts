import { Tensor } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { mixedValues, valuesOf } from "./support/layouts.ts";
import { opNames } from "./support/op-examples.ts";
import { opNamed } from "./support/op-named.ts";
import { tensorsOf } from "./support/results.ts";
import { strictDevice } from "./support/strict-backend.ts";

const device = strictDevice();
const x = device.tensor(Float64Array.from(mixedValues(12)), { shape: [3, 4] });
const y = device.tensor(Float64Array.from(mixedValues(12, 2)), { shape: [3, 4] });
const picks = device.tensor(Int32Array.of(2, 0, 1, 1, 0, 2), { shape: [3, 2] });

/** What each op gets after its first tensor, in calls that make a difference to the result. */
const argumentsOf: Record<string, unknown[][]> = {
  matmul: [[y.transpose()]],
  cast: [["int32"], ["uint8"]],
  reshape: [[[2, 6]], [[-1]]],
  permute: [[[1, 0]]],
  transpose: [[], [0, 1], [1, 1]],
  expand: [[[2, 3, 4]]],
  slice: [
    [1, 1, 3],
    [-2, 0, 2],
    [1, 0, 4, 2],
  ],
  flip: [[], [0], [[0, 1]]],
  pad: [
    [
      [
        [1, 0],
        [0, 2],
      ],
    ],
    [
      [
        [0, 0],
        [1, 1, 1],
      ],
      7,
    ],
  ],
  tile: [[[2, 1]], [[2, 1, 3]]],
  split: [[2], [2, 1], [[1, 3], -1]],
  squeeze: [[], [[]]],
  unsqueeze: [[0], [-1]],
  gatherRows: [[device.tensor(Int32Array.of(2, 0))]],
  takeAlong: [[picks], [picks.slice(0, 0, 1).expand([3, 2]), 1], [device.arange(3).reshape([3, 1]), 0]],
  scatterAdd: [
    [picks, x.slice(1, 0, 2)],
    [device.arange(3).reshape([3, 1]).expand([3, 4]), y, 0],
  ],
  argmax: [[], [0]],
  argmin: [[], [0]],
  argsort: [[], [0], [1, { descending: true }]],
  sort: [[], [0], [1, { descending: true }]],
  topK: [[2], [1, 0], [3, 1, { largest: false }]],
  cumsum: [[], [0]],
  softmax: [[], [0]],
  logSoftmax: [[], [0]],
  leakyRelu: [[], [0.5]],
  elu: [[], [0.5]],
  gelu: [[], [{ approximate: "tanh" }]],
  softplus: [[], [2]],
  clip: [[-1, 0.5]],
  norm: [[], [{ order: 1, axes: 0 }]],
  variance: [[], [{ axes: 1, correction: 0 }]],
  std: [[], [{ axes: 1, correction: 0 }]],
};
const reductions = ["sum", "prod", "mean", "max", "min", "any", "all", "logsumexp"];
for (const name of reductions) argumentsOf[name] = [[], [{ axes: 0 }], [{ axes: [1], keepDims: true }]];
const comparisons = ["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"];
for (const name of ["add", "sub", "mul", "div", "pow", "maximum", "minimum", ...comparisons]) {
  argumentsOf[name] = [[y], [0.5]];
}
for (const name of ["logicalAnd", "logicalOr", "logicalXor"]) argumentsOf[name] = [[y], [x]];

/** Ops that are functions only: of several tensors alike, of a layer's parameters, in place, or with a key. */
const functionsOnly = [
  "where concat stack custom embedding scatterAddRows linear sparseLinear",
  "conv1d conv2d convTranspose2d maxPool2d avgPool2d",
  "layerNorm rmsNorm groupNorm batchNorm batchNormInference dropout",
  "mse huber binaryCrossEntropyWithLogits klDivergence crossEntropy nll softmaxCrossEntropy",
  "linearGradients conv2dWeightGradient pool2dGradient layerNormGradients batchNormGradients",
  "softmaxCrossEntropyGradient",
  "randomBits uniform normal randint bernoulli permutation splitKey foldIn",
  "assign accumulate accumulateRows sgdUpdate adamUpdate sparseLinearSgdUpdate",
].flatMap((line) => line.split(" "));

const methods = opNames.filter((name) => !functionsOnly.includes(name));

/** The first tensor of a call: class numbers where the op needs them. */
function subject(name: string): Tensor {
  return name === "oneHot" ? picks : x;
}
argumentsOf.oneHot = [[3], [4, { dtype: "uint8" }]];

function described(result: unknown): unknown[] {
  return tensorsOf(result).map((tensor) => [tensor.shape, tensor.dtype, valuesOf(tensor)]);
}

describe("a tensor's method", () => {
  test.each(methods)("%s is the function of that name", (name) => {
    for (const rest of argumentsOf[name] ?? [[]]) {
      const free = opNamed(name)(subject(name), ...rest);
      const method: unknown = Reflect.apply(Reflect.get(Tensor.prototype, name), subject(name), rest);
      expect(described(method)).toEqual(described(free));
    }
  });

  test("exists for every op but those that are functions only", () => {
    expect(functionsOnly.filter((name) => name in Tensor.prototype)).toEqual([]);
    expect(functionsOnly.filter((name) => !opNames.includes(name))).toEqual([]);
    expect(methods.length).toBeGreaterThan(80);
  });
});
