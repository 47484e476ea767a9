import { notDifferentiable } from "@gradwerk/nn";
import type { Device, DType, OpName, Tensor } from "@gradwerk/tensor";
import * as ops from "@gradwerk/tensor";
import * as training from "@gradwerk/tensor/training";

/** A function whose gradients are checked. */
export interface GradientCase {
  /** What is special about it; empty for an op's plain use. */
  readonly name: string;
  /** Shapes of the float inputs that get gradients. */
  readonly shapes: readonly (readonly number[])[];
  /** Its result may have any shape; constants are made by `given`. */
  readonly compute: (given: Given, ...inputs: Tensor[]) => Tensor;
  /** Where the inputs lie. Default: -2 to 2. */
  readonly range?: readonly [low: number, high: number];
}

/** Makes the constants of a case, on the device and in the dtype of its inputs. */
export interface Given {
  readonly device: Device;
  readonly dtype: DType;
  indices(values: readonly number[], shape?: readonly number[]): Tensor;
  mask(values: readonly number[]): Tensor;
}

const positive = [0.3, 2] as const;
type Compute = GradientCase["compute"];

const plain = (
  shapes: GradientCase["shapes"],
  compute: Compute,
  range?: GradientCase["range"],
): GradientCase[] => [{ name: "", shapes, compute, ...(range === undefined ? {} : { range }) }];

const named = (name: string, shapes: GradientCase["shapes"], compute: Compute): GradientCase => ({
  name,
  shapes,
  compute,
});

const unary = (compute: (x: Tensor) => Tensor, range?: GradientCase["range"]): GradientCase[] =>
  plain([[5]], (_, x) => compute(x), range);

const window = { stride: [2, 1], padding: [1, 2], dilation: [1, 2] } as const;

/** One list per op, which uses its rule in all its branches; the compiler asks for every op of the table. */
export const gradientCases: {
  readonly [Op in OpName]: readonly GradientCase[] | typeof notDifferentiable;
} = {
  linear: [
    ...(["none", "relu", "sigmoid", "tanh"] as const).map((activation) =>
      named(activation, [[3, 4], [4, 2], [2]], (_, x, w, b) => ops.linear(x, w, b, { activation })),
    ),
    named("on more axes", [[2, 3, 4], [4, 2], [2]], (_, x, w, b) => ops.linear(x, w, b)),
    named("of a given x", [[4, 2], [2]], ({ device, dtype }, w, b) =>
      ops.linear(device.ones([3, 4], { dtype }), w, b, { activation: "relu" }),
    ),
  ],
  sparseLinear: (["none", "sigmoid"] as const).map((activation) =>
    named(activation, [[4, 2], [2]], ({ device, indices }, w, b) => {
      const images = device.tensor([0, 255, 3, 0, 20, 0, 0, 7], { shape: [2, 4], dtype: "uint8" });
      return training.sparseLinear(images, indices([1, 0, 1]), w, b, 1 / 16, { activation });
    }),
  ),
  matmul: [
    named(
      "",
      [
        [2, 3, 4],
        [4, 2],
      ],
      (_, a, b) => a.matmul(b),
    ),
    named(
      "of batches that broadcast",
      [
        [2, 1, 3, 4],
        [3, 4, 2],
      ],
      (_, a, b) => a.matmul(b),
    ),
    named(
      "of transposed matrices",
      [
        [4, 3],
        [2, 4],
      ],
      (_, a, b) => a.transpose().matmul(b.transpose()),
    ),
  ],
  sigmoid: unary((x) => x.sigmoid()),
  relu: plain([[7]], (_, x) => x.relu()),
  leakyRelu: [
    named("", [[7]], (_, x) => x.leakyRelu()),
    named("of another slope", [[7]], (_, x) => x.leakyRelu(-0.3)),
  ],
  elu: [named("", [[7]], (_, x) => x.elu()), named("of another alpha", [[7]], (_, x) => x.elu(1.7))],
  gelu: [
    named("", [[7]], (_, x) => x.gelu()),
    named("by tanh", [[7]], (_, x) => x.gelu({ approximate: "tanh" })),
  ],
  silu: plain([[7]], (_, x) => x.silu()),
  softplus: [
    named("", [[7]], (_, x) => x.softplus()),
    named("of another beta", [[7]], (_, x) => x.softplus(2.5)),
  ],
  softmax: [
    named("", [[3, 4]], (_, x) => x.softmax()),
    named("along the first axis", [[3, 2, 2]], (_, x) => x.softmax(0)),
  ],
  logSoftmax: [
    named("", [[3, 4]], (_, x) => x.logSoftmax()),
    named("along the first axis", [[3, 2, 2]], (_, x) => x.logSoftmax(0)),
  ],
  tanh: unary((x) => x.tanh()),
  add: plain([[3, 4], [4]], (_, a, b) => a.add(b)),
  sub: plain([[3, 1], [4]], (_, a, b) => a.sub(b)),
  mul: plain(
    [
      [3, 4],
      [3, 1],
    ],
    (_, a, b) => a.mul(b),
  ),
  div: plain([[4], [3, 4]], (_, a, b) => a.div(b), positive),
  pow: plain([[4], [4]], (_, a, b) => a.pow(b), positive),
  maximum: plain([[3, 4], [4]], (_, a, b) => a.maximum(b)),
  minimum: plain([[3, 4], [4]], (_, a, b) => a.minimum(b)),
  neg: unary((x) => x.neg()),
  abs: unary((x) => x.abs()),
  sqrt: [
    ...unary((x) => x.sqrt(), positive),
    { ...unary((x) => x.std())[0], name: "in std", range: positive },
    { ...unary((x) => x.norm())[0], name: "in norm" },
  ],
  exp: unary((x) => x.exp()),
  expm1: unary((x) => x.expm1()),
  log: unary((x) => x.log(), positive),
  log1p: unary((x) => x.log1p(), positive),
  sin: unary((x) => x.sin()),
  cos: unary((x) => x.cos()),
  erf: unary((x) => x.erf()),
  clip: plain([[9]], (_, x) => x.clip(-0.7, 1.1).mul(x)),
  sign: notDifferentiable,
  floor: notDifferentiable,
  ceil: notDifferentiable,
  round: notDifferentiable,
  equal: notDifferentiable,
  notEqual: notDifferentiable,
  less: notDifferentiable,
  lessEqual: notDifferentiable,
  greater: notDifferentiable,
  greaterEqual: notDifferentiable,
  where: plain([[4], [3, 4]], ({ mask }, a, b) => ops.where(mask([1, 0, 1, 0]), a, b)),
  cast: unary((x) => x.cast(x.dtype).mul(x)),
  sum: [
    named("", [[2, 3, 4]], (_, x) => x.sum({ axes: [0, 2] })),
    named("keeping dimensions", [[2, 3]], (_, x) => x.sum({ axes: 1, keepDims: true })),
    named("in mean and variance", [[2, 5]], (_, x) => x.mean({ axes: 0 }).mul(x.variance({ axes: 0 }))),
  ],
  prod: plain([[2, 3, 4]], (_, x) => x.prod({ axes: 1 })),
  max: plain([[2, 3, 4]], (_, x) => x.max({ axes: [1, 2], keepDims: true })),
  min: plain([[2, 3, 4]], (_, x) => x.min({ axes: 0 })),
  logsumexp: [
    named("", [[2, 3, 4]], (_, x) => x.logsumexp({ axes: [0, 2] })),
    named("keeping dimensions", [[2, 3]], (_, x) => x.logsumexp({ axes: 1, keepDims: true })),
  ],
  cumsum: [
    named("", [[2, 5]], (_, x) => x.cumsum()),
    named("along the first axis", [[3, 2]], (_, x) => x.cumsum(0)),
  ],
  argmax: notDifferentiable,
  argmin: notDifferentiable,
  reshape: plain([[2, 6]], (_, x) => x.transpose().reshape([3, 4])),
  permute: plain([[2, 3, 4]], (_, x) => x.permute([2, 0, 1])),
  expand: plain([[3, 1]], (_, x) => x.expand([2, 3, 4])),
  slice: [
    named("", [[3, 5]], (_, x) => x.slice(1, 1, 4)),
    named("with a step", [[3, 7]], (_, x) => x.slice(1, 1, 7, 3)),
    named("of nothing", [[3, 2]], (_, x) => ops.concat([x.slice(1, 1, 1, 2), x], 1)),
  ],
  flip: [named("", [[3, 4]], (_, x) => x.flip()), named("along one axis", [[3, 4]], (_, x) => x.flip(1))],
  pad: [
    named("", [[2, 3]], (_, x) =>
      x.pad(
        [
          [1, 0],
          [2, 1],
        ],
        5,
      ),
    ),
    named("between neighbours", [[2, 3]], (_, x) =>
      x.pad([
        [0, 1, 2],
        [1, 0, 1],
      ]),
    ),
  ],
  concat: plain(
    [
      [2, 3],
      [2, 1],
    ],
    (_, a, b) => ops.concat([a, b, a], 1),
  ),
  gatherRows: [
    named("", [[3, 2]], ({ indices }, table) => table.gatherRows(indices([2, 0, 2]))),
    named("in takeAlong", [[3, 4]], ({ indices }, x) => x.takeAlong(indices([3, 0, 1, 1, 2, 0], [3, 2]))),
    named("in sort", [[2, 5]], (_, x) => x.sort(1, { descending: true }).values),
    named("in topK", [[4, 3]], (_, x) => x.topK(2, 0).values),
  ],
  scatterAddRows: [
    named(
      "",
      [
        [4, 2],
        [3, 2],
      ],
      ({ indices }, base, rows) => ops.scatterAddRows(base, indices([2, 0, 2]), rows),
    ),
    named(
      "in scatterAdd",
      [
        [2, 4],
        [2, 3],
      ],
      ({ indices }, base, x) => base.scatterAdd(indices([3, 0, 3, 1, 1, 1], [2, 3]), x),
    ),
  ],
  argsort: notDifferentiable,
  conv2d: [
    named(
      "",
      [
        [2, 1, 5, 5],
        [2, 1, 3, 3],
      ],
      (_, x, w) => ops.conv2d(x, w),
    ),
    named(
      "with stride, padding, dilation",
      [
        [1, 2, 6, 5],
        [2, 2, 2, 3],
      ],
      (_, x, w) => ops.conv2d(x, w, window),
    ),
    named(
      "in groups",
      [
        [2, 4, 4, 4],
        [6, 2, 2, 2],
      ],
      (_, x, w) => ops.conv2d(x, w, { groups: 2, stride: 2 }),
    ),
    named("with a bias", [[1, 1, 3, 3], [2, 1, 2, 2], [2]], (_, x, w, bias) => ops.conv2d(x, w, { bias })),
    named(
      "along one axis",
      [
        [2, 2, 7],
        [3, 2, 3],
      ],
      (_, x, w) => ops.conv1d(x, w, { stride: 2, padding: 1 }),
    ),
  ],
  convTranspose2d: [
    named(
      "",
      [
        [1, 2, 3, 3],
        [2, 1, 2, 2],
      ],
      (_, x, w) => ops.convTranspose2d(x, w),
    ),
    named(
      "with stride, padding, dilation",
      [
        [1, 2, 4, 3],
        [2, 2, 2, 3],
      ],
      (_, x, w) => ops.convTranspose2d(x, w, { ...window, padding: 1, outputPadding: [1, 0] }),
    ),
    named(
      "in groups",
      [
        [1, 4, 2, 2],
        [4, 2, 2, 2],
      ],
      (_, x, w) => ops.convTranspose2d(x, w, { groups: 2, stride: 2 }),
    ),
  ],
  pool2d: [
    named("largest", [[2, 2, 4, 4]], (_, x) => ops.maxPool2d(x, 2)),
    named("largest of windows that overlap", [[1, 2, 6, 6]], (_, x) =>
      ops.maxPool2d(x, 3, { stride: [2, 1], padding: 1, dilation: [1, 2] }),
    ),
    named("mean", [[2, 2, 4, 4]], (_, x) => ops.avgPool2d(x, 2)),
    named("mean of windows that overlap", [[1, 2, 5, 5]], (_, x) =>
      ops.avgPool2d(x, [3, 2], { stride: [1, 2], padding: 1 }),
    ),
  ],
  layerNorm: [
    named("", [[3, 5], [5], [5]], (_, x, scale, shift) => ops.layerNorm(x, scale, shift)),
    named(
      "over two axes",
      [
        [2, 2, 3],
        [2, 3],
        [2, 3],
      ],
      (_, x, scale, shift) => ops.layerNorm(x, scale, shift, { epsilon: 0.1 }),
    ),
  ],
  batchNorm: [
    named("", [[6, 3], [3], [3]], (_, x, scale, shift) => ops.batchNorm(x, scale, shift).output),
    named(
      "of images",
      [[2, 2, 3, 2], [2], [2]],
      (_, x, scale, shift) => ops.batchNorm(x, scale, shift, { epsilon: 0.1 }).output,
    ),
  ],
  dropout: plain([[4, 5]], ({ device }, x) => ops.dropout(x, device.randomKey(5), { rate: 0.4 }).mul(x)),
  softmaxCrossEntropy: [
    named("", [[4, 5]], ({ indices }, x) => ops.softmaxCrossEntropy(x, indices([0, 4, 2, 2]), 0)),
    named("smoothed, with an ignored row", [[3, 4]], ({ indices }, x) =>
      ops.crossEntropy(x, indices([1, -1, 3]), { labelSmoothing: 0.2, ignoreIndex: -1 }),
    ),
  ],
  custom: plain([[3]], (_, x) =>
    ops
      .custom(
        [x],
        () => x.mul(3),
        (g) => [g.mul(3)],
      )
      .mul(x),
  ),
};
