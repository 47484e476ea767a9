import type { Device, DType, Tensor } from "@gradwerk/tensor";

type Arguments = (device: Device) => readonly unknown[];

const ones = (device: Device, shape: readonly number[], dtype: DType = "float32"): Tensor =>
  device.ones(shape, { dtype });
const square = (device: Device): Tensor => ones(device, [2, 2]);
const images = (device: Device): Tensor => ones(device, [1, 2, 3, 3]);
const indices = (device: Device): Tensor => device.tensor(Int32Array.of(0, 1));
const key = (device: Device): Tensor => device.randomKey(7);

const reductions = { axes: [0, 1], keepDims: true };
const window = { stride: [1, 2], padding: 1, dilation: [1, 1] };
const named = (names: string, given: Arguments): Record<string, Arguments> =>
  Object.fromEntries(names.split(" ").map((name) => [name, given]));

/**
 * Arguments that each op and each method of a device that makes tensors accepts, every option given: what nonsense
 * is put into. Gradient functions are not here: they check nothing, as their documentation says.
 */
export const validArguments: Readonly<Record<string, Arguments>> = {
  ...named(
    "neg abs sign sqrt exp expm1 log log1p sin cos tanh erf floor ceil round square reciprocal",
    (d) => [square(d)],
  ),
  ...named("rsqrt sigmoid relu silu isnan isfinite logicalNot stopGradient", (d) => [square(d)]),
  ...named("add sub mul div pow maximum minimum equal notEqual less lessEqual greater greaterEqual", (d) => [
    square(d),
    square(d),
  ]),
  ...named("logicalAnd logicalOr logicalXor matmul assign", (d) => [square(d), square(d)]),
  ...named("sum prod mean max min any all logsumexp", (d) => [square(d), reductions]),
  ...named("argmax argmin cumsum softmax logSoftmax unsqueeze", (d) => [square(d), 1]),
  ...named("mse binaryCrossEntropyWithLogits", (d) => [square(d), square(d), { reduction: "sum" }]),
  ...named("argsort sort", (d) => [square(d), 1, { descending: true }]),
  ...named("variance std", (d) => [square(d), { ...reductions, correction: 0 }]),
  norm: (d) => [square(d), { ...reductions, order: 3 }],
  topK: (d) => [square(d), 1, 0, { largest: false }],
  clip: (d) => [square(d), 0, 1],
  leakyRelu: (d) => [square(d), 0.1],
  elu: (d) => [square(d), 2],
  gelu: (d) => [square(d), { approximate: "tanh" }],
  softplus: (d) => [square(d), 2],
  where: (d) => [ones(d, [2, 2], "uint8"), square(d), square(d)],

  cast: (d) => [square(d), "int32"],
  reshape: (d) => [square(d), [4, -1]],
  permute: (d) => [square(d), [1, 0]],
  transpose: (d) => [square(d), 0, 1],
  expand: (d) => [square(d), [3, 2, 2]],
  slice: (d) => [square(d), 0, 0, 2, 2],
  flip: (d) => [square(d), [0, 1]],
  squeeze: (d) => [ones(d, [1, 2]), [0]],
  split: (d) => [square(d), [1, 1], 0],
  tile: (d) => [square(d), [2, 1, 2]],
  pad: (d) => [
    square(d),
    [
      [1, 0],
      [0, 1, 1],
    ],
    7,
  ],
  concat: (d) => [[square(d), square(d)], 1],
  stack: (d) => [[square(d), square(d)], 1],

  gatherRows: (d) => [square(d), indices(d)],
  embedding: (d) => [indices(d), square(d), { paddingIndex: 0 }],
  scatterAddRows: (d) => [square(d), indices(d), square(d)],
  takeAlong: (d) => [square(d), d.zeros([2, 1], { dtype: "int32" }), 1],
  scatterAdd: (d) => [square(d), d.zeros([2, 1], { dtype: "int32" }), ones(d, [2, 1]), 1],
  oneHot: (d) => [indices(d), 2, { dtype: "float64" }],

  linear: (d) => [square(d), square(d), ones(d, [2]), { activation: "relu" }],
  sparseLinear: (d) => [
    ones(d, [2, 2], "uint8"),
    indices(d),
    square(d),
    ones(d, [2]),
    0.5,
    { activation: "tanh" },
  ],
  conv1d: (d) => [
    ones(d, [1, 2, 4]),
    ones(d, [2, 1, 2]),
    { stride: 2, padding: 1, dilation: 2, groups: 2, bias: ones(d, [2]) },
  ],
  conv2d: (d) => [images(d), ones(d, [2, 1, 2, 2]), { ...window, groups: 2, bias: ones(d, [2]) }],
  convTranspose2d: (d) => [
    images(d),
    ones(d, [2, 1, 2, 2]),
    { ...window, groups: 2, outputPadding: [0, 1], bias: ones(d, [2]) },
  ],
  maxPool2d: (d) => [images(d), [2, 2], window],
  avgPool2d: (d) => [images(d), 2, { ...window, countsPadding: false }],

  layerNorm: (d) => [square(d), ones(d, [2]), ones(d, [2]), { epsilon: 1 }],
  rmsNorm: (d) => [square(d), ones(d, [2]), { epsilon: 1 }],
  groupNorm: (d) => [images(d), 2, ones(d, [2]), ones(d, [2]), { epsilon: 1 }],
  batchNorm: (d) => [images(d), ones(d, [2]), ones(d, [2]), { epsilon: 1 }],
  batchNormInference: (d) => [images(d), ...[1, 2, 3, 4].map(() => ones(d, [2])), { epsilon: 1 }],
  dropout: (d) => [square(d), key(d), { rate: 0.25 }],

  huber: (d) => [square(d), square(d), { reduction: "none", delta: 2 }],
  klDivergence: (d) => [square(d), square(d), { reduction: "batchMean", logTargets: true }],
  nll: (d) => [square(d), indices(d), { reduction: "mean", ignoreIndex: 0, classWeights: ones(d, [2]) }],
  crossEntropy: (d) => [
    square(d),
    indices(d),
    { reduction: "mean", ignoreIndex: 0, classWeights: ones(d, [2]), labelSmoothing: 0.1 },
  ],
  "crossEntropy of probabilities": (d) => [
    square(d),
    square(d),
    { reduction: "mean", classWeights: ones(d, [2]), labelSmoothing: 0.1 },
  ],
  softmaxCrossEntropy: (d) => [square(d), indices(d), 0.1],

  randomBits: (d) => [key(d), [2, 3]],
  uniform: (d) => [key(d), [2, 3], { low: -1, high: 1, dtype: "float64" }],
  normal: (d) => [key(d), [2, 3], { mean: 1, deviation: 2, dtype: "float32" }],
  randint: (d) => [key(d), -5, 5, [2, 3]],
  bernoulli: (d) => [key(d), 0.5, [2, 3]],
  permutation: (d) => [key(d), 5],
  splitKey: (d) => [key(d), 3],
  foldIn: (d) => [key(d), 3],

  accumulate: (d) => [square(d), square(d)],
  accumulateRows: (d) => [square(d), indices(d), square(d)],
  sgdUpdate: (d) => [
    square(d),
    square(d),
    ones(d, []),
    { velocity: square(d), momentum: 0.5, nesterov: true, weightDecay: 0.1 },
  ],
  adamUpdate: (d) => [
    square(d),
    square(d),
    { firstMoment: square(d), secondMoment: square(d) },
    ones(d, []),
    ones(d, []),
    { beta1: 0.5, beta2: 0.5, epsilon: 1, weightDecay: 0.1, decoupled: true },
  ],
  sparseLinearSgdUpdate: (d) => [
    square(d),
    ones(d, [2, 2], "uint8"),
    indices(d),
    square(d),
    ones(d, []),
    0.5,
  ],
  custom: (d) => {
    const x = square(d);
    return [[x, square(d)], () => x.neg(), (g: Tensor) => [g, g]];
  },

  tensor: () => [
    [
      [1, 2],
      [3, 4],
    ],
    { dtype: "float64", shape: [4], name: "x" },
  ],
  full: () => [[2, 3], 7, { dtype: "int32", name: "x" }],
  zeros: () => [[2, 3], { dtype: "uint8" }],
  ones: () => [[2, 3], { dtype: "float64" }],
  arange: () => [5, { dtype: "float32", name: "x" }],
  eye: () => [3, { dtype: "int32" }],
  randomKey: () => [7, 3],
};
