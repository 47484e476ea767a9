import type { Device, DType, Tensor } from "@gradwerk/tensor";
import * as ops from "@gradwerk/tensor";
import * as draws from "@gradwerk/tensor/draws";
import * as training from "@gradwerk/tensor/training";
import { everyOp } from "./every-op.ts";
import { opNamed } from "./op-named.ts";

/** A call that an op accepts, for tests that go through all ops alike. */
export interface OpExample {
  readonly op: string;
  /** New tensors, one for each that the call takes. */
  readonly inputs: (device: Device) => Tensor[];
  readonly run: (...inputs: Tensor[]) => unknown;
  /** The result looks at the elements of the first input. */
  readonly isView?: boolean;
  /** How many of the inputs, from the first on, the op looks at before it computes. Default: all. */
  readonly checked?: number;
}

/** A tensor of ones: its shape, and its dtype where that is not float32. */
type Given = readonly [shape: readonly number[], dtype?: DType];

function example(
  op: string,
  given: readonly Given[],
  run: OpExample["run"] = opNamed(op),
  more: Pick<OpExample, "isView" | "checked"> = {},
): OpExample {
  const inputs = (device: Device): Tensor[] =>
    given.map(([shape, dtype = "float32"]) => device.ones(shape, { dtype }));
  return { op, inputs, run, ...more };
}

const square: Given = [[2, 2]];
const words = (text: string): string[] => text.split(" ");

const unary = words(
  "neg abs sign sqrt exp expm1 log log1p sin cos tanh erf floor ceil round square reciprocal rsqrt " +
    "sigmoid relu leakyRelu elu gelu silu softplus softmax logSoftmax isnan isfinite logicalNot " +
    "sum prod mean max min argmax argmin variance std norm logsumexp any all cumsum argsort sort",
);
const binary = words(
  "add sub mul div pow maximum minimum equal notEqual less lessEqual greater greaterEqual logicalAnd logicalOr " +
    "logicalXor matmul mse huber binaryCrossEntropyWithLogits klDivergence",
);
const views = { isView: true };
const images: Given = [[1, 2, 3, 3]];
const key: Given = [[4], "int32"];
const channels: Given = [[2]];
const unitWindow = { stride: [1, 1], padding: [0, 0], dilation: [1, 1] } as const;
const moments = (mean: Tensor, variance: Tensor): { epsilon: number; mean: Tensor; variance: Tensor } => ({
  epsilon: 1,
  mean,
  variance,
});

/** Every op that the package exports, at least once. */
export const opExamples: readonly OpExample[] = [
  ...unary.map((op) => example(op, [square])),
  ...binary.map((op) => example(op, [square, square])),

  example("clip", [square], (x) => ops.clip(x, 0, 1)),
  example("where", [[[2, 2], "uint8"], square, square]),
  example("cast", [square], (x) => ops.cast(x, "int32")),
  example("linear", [square, square, [[2]]]),
  example("sparseLinear", [[[2, 3], "uint8"], [[2], "int32"], [[3, 2]], [[2]]], (images, rows, w, b) =>
    training.sparseLinear(images, rows, w, b, 0.5),
  ),

  example("reshape", [square], (x) => ops.reshape(x, [4]), views),
  example("permute", [square], (x) => ops.permute(x, [1, 0]), views),
  example("transpose", [square], (x) => ops.transpose(x), views),
  example("expand", [square], (x) => ops.expand(x, [3, 2, 2]), views),
  example("slice", [square], (x) => ops.slice(x, 0, 0, 1), views),
  example("flip", [square], (x) => ops.flip(x), views),
  example("squeeze", [[[2, 1]]], (x) => ops.squeeze(x), views),
  example("unsqueeze", [square], (x) => ops.unsqueeze(x, 0), views),
  example("split", [square], (x) => ops.split(x, 1), views),
  example("stopGradient", [square], (x) => ops.stopGradient(x), views),
  example("pad", [square], (x) =>
    ops.pad(x, [
      [1, 0],
      [0, 1],
    ]),
  ),
  example("tile", [square], (x) => ops.tile(x, [2, 2])),
  example("concat", [square, square], (x, y) => ops.concat([x, y])),
  example("stack", [square, square], (x, y) => ops.stack([x, y])),

  example("gatherRows", [square, [[1], "int32"]]),
  example("embedding", [[[3], "int32"], square], (indices, table) =>
    ops.embedding(indices, table, { paddingIndex: 0 }),
  ),
  example("scatterAddRows", [square, [[2], "int32"], square]),
  example("takeAlong", [square, [[2, 1], "int32"]]),
  example("scatterAdd", [square, [[2, 1], "int32"], [[2, 1]]]),
  example("oneHot", [[[3], "int32"]], (indices) => ops.oneHot(indices, 2)),
  example("topK", [square], (x) => ops.topK(x, 1)),

  example("conv1d", [[[1, 2, 3]], [[2, 2, 1]], channels], (x, w, bias) => ops.conv1d(x, w, { bias })),
  example("conv2d", [images, [[2, 2, 2, 2]], channels], (x, w, bias) => ops.conv2d(x, w, { bias })),
  example("convTranspose2d", [images, [[2, 2, 2, 2]], channels], (x, w, bias) =>
    ops.convTranspose2d(x, w, { bias }),
  ),
  example("conv2dWeightGradient", [[[1, 2, 2, 2]], images], (g, x) =>
    training.conv2dWeightGradient(g, x, [2, 2, 2, 2], { ...unitWindow, groups: 1 }),
  ),
  example("maxPool2d", [images], (x) => ops.maxPool2d(x, 2)),
  example("avgPool2d", [images], (x) => ops.avgPool2d(x, 2, { countsPadding: false })),
  example("pool2dGradient", [[[1, 2, 2, 2]], images], (g, x) =>
    training.pool2dGradient(g, x, { ...unitWindow, size: [2, 2], op: "max" }),
  ),

  example("layerNorm", [square, [[2]], [[2]]]),
  example("rmsNorm", [square, [[2]]]),
  example("groupNorm", [images, channels, channels], (x, scale, shift) => ops.groupNorm(x, 2, scale, shift)),
  example("batchNorm", [images, channels, channels]),
  example("batchNormInference", [images, channels, channels, channels, channels]),
  example("layerNormGradients", [square, square, [[2]]], (g, x, scale) =>
    training.layerNormGradients(g, x, scale, 1),
  ),
  example(
    "batchNormGradients",
    [images, images, channels, channels, channels],
    (g, x, scale, mean, variance) => training.batchNormGradients(g, x, scale, moments(mean, variance)),
    { checked: 3 },
  ),
  example("linearGradients", [square, square, square, square], (g, x, w, y) =>
    training.linearGradients(g, x, w, y, "relu", true),
  ),
  example("dropout", [square, key]),

  example("crossEntropy", [square, [[2], "int32"], channels], (logits, labels, classWeights) =>
    ops.crossEntropy(logits, labels, { classWeights, ignoreIndex: 0 }),
  ),
  example("crossEntropy", [square, square, channels], (logits, targets, classWeights) =>
    ops.crossEntropy(logits, targets, { classWeights }),
  ),
  example("nll", [square, [[2], "int32"], channels], (scores, labels, classWeights) =>
    ops.nll(scores, labels, { classWeights, ignoreIndex: 0 }),
  ),
  example("softmaxCrossEntropy", [square, [[2], "int32"]], (logits, labels) =>
    ops.softmaxCrossEntropy(logits, labels, 0.1),
  ),
  example("softmaxCrossEntropyGradient", [[[2]], square, [[2], "int32"]], (g, logits, labels) =>
    training.softmaxCrossEntropyGradient(g, logits, labels, 0.1),
  ),

  example("randomBits", [key], (k) => draws.randomBits(k, [3])),
  example("uniform", [key], (k) => draws.uniform(k, [3], { low: 1, high: 2 })),
  example("normal", [key], (k) => draws.normal(k, [3])),
  example("randint", [key], (k) => draws.randint(k, 0, 5, [3])),
  example("bernoulli", [key], (k) => draws.bernoulli(k, 0.5, [3])),
  example("permutation", [key], (k) => draws.permutation(k, 3)),
  example("splitKey", [key], (k) => draws.splitKey(k)),
  example("foldIn", [key, [[], "int32"]]),

  example("assign", [square, square]),
  example("accumulate", [square, square]),
  example("accumulateRows", [square, [[3], "int32"], [[3, 2]]]),
  example("sgdUpdate", [square, square, [[]], square], (w, g, rate, velocity) =>
    training.sgdUpdate(w, g, rate, { velocity, momentum: 0.5 }),
  ),
  example(
    "adamUpdate",
    [square, square, square, square, [[]], [[]]],
    (w, g, firstMoment, secondMoment, rate, step) =>
      training.adamUpdate(w, g, { firstMoment, secondMoment }, rate, step),
  ),
  example(
    "sparseLinearSgdUpdate",
    [[[3, 2]], [[2, 3], "uint8"], [[2], "int32"], square, [[]]],
    (w, images, rows, g, rate) => training.sparseLinearSgdUpdate(w, images, rows, g, rate, 0.5),
  ),

  example("custom", [square, square], (x, y) =>
    ops.custom(
      [x, y],
      () => x.add(y),
      (g) => [g, g],
    ),
  ),
];

/** What the package exports beside ops. */
const others = new Set(["createDevice", "formatShape", "philox4x32", "sizeOf"]);

/** The names of all exported ops. */
export const opNames: readonly string[] = Object.entries(everyOp)
  .filter(([name, value]) => typeof value === "function" && /^[a-z]/.test(name) && !others.has(name))
  .map(([name]) => name);
