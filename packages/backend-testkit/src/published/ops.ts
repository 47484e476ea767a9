import type { Pair, Reduction, Tensor } from "@gradwerk/tensor";
import * as ops from "@gradwerk/tensor";
import type { Parameters } from "./parameters.ts";

/** Computes a published op with this library's. */
type Run = (inputs: readonly Tensor[], params: Parameters) => Tensor;

const reduction = (params: Parameters): { axes?: number | number[]; keepDims: boolean } => {
  const axes = params.numbers("axis", "axes", "dim");
  return {
    ...(axes === undefined ? {} : { axes }),
    keepDims: params.flag(false, "keepdims", "keepDims", "keepdim"),
  };
};

const axisOf = (params: Parameters): number => params.number(-1, "axis", "dim");

const pairOf = (value: number | number[] | undefined, fallback: Pair): Pair =>
  typeof value === "number" ? value : value === undefined ? fallback : [value[0], value[value.length - 1]];

const windowOf = (params: Parameters): { stride?: Pair; padding: Pair; dilation: Pair } => {
  const stride = params.numbers("stride");
  return {
    ...(stride === undefined ? {} : { stride: pairOf(stride, 1) }),
    padding: pairOf(params.numbers("padding"), 0),
    dilation: pairOf(params.numbers("dilation"), 1),
  };
};

const lossOptions = (params: Parameters): { reduction: Reduction } => ({
  reduction: params.text("mean", "reduction") as Reduction,
});

// Targets stand among the parameters, or are a second input.
function targetsOf([x, given]: readonly Tensor[], params: Parameters): Tensor {
  return given ?? x.device.tensor(params.list("targets"), { shape: x.shape, dtype: x.dtype });
}

function classesOf(logits: Tensor, given: Tensor | undefined, params: Parameters): Tensor {
  if (given !== undefined) return given;
  const values = params.list("targets");
  return values.length === logits.size && logits.shape[1] !== 1
    ? logits.device.tensor(values, { shape: logits.shape, dtype: logits.dtype })
    : logits.device.tensor(values, { shape: logits.shape.toSpliced(1, 1), dtype: "int32" });
}

function classLoss(
  inputs: readonly Tensor[],
  params: Parameters,
  defaults: { reduction?: Reduction } = {},
): Tensor {
  const [logits, given] = inputs;
  const ignoreIndex = params.get("ignoreIndex", "ignore_index");
  const weights = params.list("weight", "classWeights");
  return ops.crossEntropy(logits, classesOf(logits, given, params), {
    reduction: params.text(defaults.reduction ?? "mean", "reduction") as Reduction,
    labelSmoothing: params.number(0, "labelSmoothing", "label_smoothing"),
    ...(typeof ignoreIndex === "number" ? { ignoreIndex } : {}),
    ...(weights.length === 0 ? {} : { classWeights: logits.device.tensor(weights, { dtype: logits.dtype }) }),
  });
}

const epsilonOf = (params: Parameters): { epsilon: number } => ({
  epsilon: params.number(1e-5, "eps", "epsilon"),
});

function sliced(x: Tensor, spec: unknown): Tensor {
  if (!Array.isArray(spec)) throw new Error("slice needs a spec of [start, end, step] for each axis");
  return spec.reduce((part: Tensor, range: readonly (number | null)[] | null, axis) => {
    if (range === null) return part;
    const extent = part.shape[axis];
    const [from, to, step = 1] = range;
    const place = (value: number | null, fallback: number): number =>
      Math.min(Math.max(value === null ? fallback : value < 0 ? value + extent : value, 0), extent);
    const start = place(from, 0);
    return part.slice(axis, start, Math.max(place(to, extent), start), step ?? 1);
  }, x);
}

const unaryNames = [
  "abs",
  "neg",
  "sign",
  "square",
  "sqrt",
  "rsqrt",
  "reciprocal",
  "exp",
  "expm1",
  "log",
  "log1p",
  "sin",
  "cos",
  "tanh",
  "erf",
  "floor",
  "ceil",
  "round",
  "sigmoid",
  "relu",
  "silu",
  "isnan",
  "isfinite",
] as const;

const binaryNames = ["add", "sub", "mul", "div", "pow", "maximum", "minimum", "matmul"] as const;
const reductionNames = ["sum", "mean", "prod", "max", "min", "logsumexp", "any", "all"] as const;

/** What each published op is called and how it is computed here; several names stand for the same. */
export const publishedOps: Readonly<Record<string, Run>> = {
  ...Object.fromEntries(unaryNames.map((name): [string, Run] => [name, ([x]) => x[name]()])),
  ...Object.fromEntries(
    binaryNames.map((name): [string, Run] => [
      name,
      ([a, b], params) =>
        name === "matmul" ? a.matmul(b) : a[name](b ?? params.number(0, "other", "exponent", "value")),
    ]),
  ),
  ...Object.fromEntries(
    reductionNames.map((name): [string, Run] => [name, ([x], params) => x[name](reduction(params))]),
  ),
  // A file that asks for no correction means the variance of the numbers themselves.
  var: ([x], params) => x.variance({ ...reduction(params), correction: correctionOf(params) }),
  std: ([x], params) => x.std({ ...reduction(params), correction: correctionOf(params) }),
  norm: ([x], params) => x.norm({ ...reduction(params), order: params.number(2, "p", "ord", "order") }),
  argmax: ([x], params) => x.argmax(axisOf(params)),
  argmin: ([x], params) => x.argmin(axisOf(params)),
  cumsum: ([x], params) => x.cumsum(axisOf(params)),
  sort: ([x], params) => x.sort(axisOf(params), { descending: params.flag(false, "descending") }).values,
  argsort: ([x], params) => x.argsort(axisOf(params), { descending: params.flag(false, "descending") }),
  topk: ([x], params) => x.topK(params.number(1, "k"), axisOf(params)).values,
  gelu: ([x], params) =>
    x.gelu({ approximate: params.text("none", "approximate") === "tanh" ? "tanh" : "none" }),
  softplus: ([x], params) => x.softplus(params.number(1, "beta")),
  leaky_relu: ([x], params) => x.leakyRelu(params.number(0.01, "negativeSlope", "negative_slope", "slope")),
  elu: ([x], params) => x.elu(params.number(1, "alpha")),
  softmax: ([x], params) => x.softmax(axisOf(params)),
  log_softmax: ([x], params) => x.logSoftmax(axisOf(params)),
  clip: ([x], params) =>
    x.clip(
      params.number(Number.NEGATIVE_INFINITY, "min", "low"),
      params.number(Number.POSITIVE_INFINITY, "max", "high"),
    ),
  where: ([condition, a, b]) => ops.where(condition, a, b),
  equal: ([a, b]) => a.equal(b),
  greater: ([a, b]) => a.greater(b),
  less: ([a, b]) => a.less(b),

  transpose: ([x], params) => {
    const order = params.numbers("perm", "order");
    return Array.isArray(order) ? x.permute(order) : x.transpose();
  },
  reshape: ([x], params) => x.reshape(params.list("shape")),
  expand: ([x], params) => x.expand(params.list("shape")),
  squeeze: ([x], params) => x.squeeze(params.numbers("axis", "dim")),
  unsqueeze: ([x], params) => x.unsqueeze(params.number(0, "axis", "dim")),
  flip: ([x], params) => x.flip(params.numbers("axis", "axes", "dims")),
  tile: ([x], params) => x.tile(params.list("counts", "reps", "dims")),
  pad: ([x], params) => {
    const padding = params.get("padding", "pad");
    return x.pad(padding as [number, number][], params.number(0, "value"));
  },
  concat: (inputs, params) => ops.concat(inputs, params.number(0, "axis", "dim")),
  stack: (inputs, params) => ops.stack(inputs, params.number(0, "axis", "dim")),
  slice: ([x], params) => sliced(x, params.get("spec")),
  gather_rows: ([table, indices]) => table.gatherRows(indices),
  embedding: ([table, indices]) => ops.embedding(indices, table),
  take_along: ([x, indices], params) => x.takeAlong(indices, axisOf(params)),
  scatter_add: ([base, indices, source], params) => base.scatterAdd(indices, source, axisOf(params)),
  one_hot: ([indices], params) => indices.oneHot(params.number(1, "classes", "num_classes")),

  linear: ([x, weight, bias]) => ops.linear(x, weight, bias),
  conv1d: ([x, weight, bias], params) =>
    ops.conv1d(x, weight, {
      stride: params.number(1, "stride"),
      padding: params.number(0, "padding"),
      dilation: params.number(1, "dilation"),
      groups: params.number(1, "groups"),
      ...(bias === undefined ? {} : { bias }),
    }),
  conv2d: ([x, weight, bias], params) =>
    ops.conv2d(x, weight, {
      ...windowOf(params),
      groups: params.number(1, "groups"),
      ...(bias === undefined ? {} : { bias }),
    }),
  conv_transpose2d: ([x, weight, bias], params) =>
    ops.convTranspose2d(x, weight, {
      ...windowOf(params),
      outputPadding: pairOf(params.numbers("outputPadding", "output_padding"), 0),
      groups: params.number(1, "groups"),
      ...(bias === undefined ? {} : { bias }),
    }),
  max_pool2d: ([x], params) =>
    ops.maxPool2d(x, pairOf(params.numbers("kernel", "size"), 2), windowOf(params)),
  avg_pool2d: ([x], params) => {
    const { dilation: _, ...options } = windowOf(params);
    const countsPadding = params.flag(true, "countIncludePad", "count_include_pad");
    return ops.avgPool2d(x, pairOf(params.numbers("kernel", "size"), 2), { ...options, countsPadding });
  },

  batch_norm_train: ([x, scale, shift], params) => ops.batchNorm(x, scale, shift, epsilonOf(params)).output,
  batch_norm_train_2d: ([x, scale, shift], params) =>
    ops.batchNorm(x, scale, shift, epsilonOf(params)).output,
  layer_norm: ([x, scale, shift], params) => ops.layerNorm(x, scale, shift, epsilonOf(params)),
  group_norm: ([x, scale, shift], params) =>
    ops.groupNorm(x, params.number(1, "groups", "num_groups"), scale, shift, epsilonOf(params)),
  rms_norm: ([x, scale], params) => ops.rmsNorm(x, scale, epsilonOf(params)),

  cross_entropy: (inputs, params) => classLoss(inputs, params),
  cross_entropy_sum: (inputs, params) => classLoss(inputs, params, { reduction: "sum" }),
  cross_entropy_none: (inputs, params) => classLoss(inputs, params, { reduction: "none" }),
  cross_entropy_smooth: (inputs, params) => classLoss(inputs, params),
  nll: ([x, given], params) => {
    const ignoreIndex = params.get("ignoreIndex", "ignore_index");
    return ops.nll(x, classesOf(x, given, params), {
      ...lossOptions(params),
      ...(typeof ignoreIndex === "number" ? { ignoreIndex } : {}),
    });
  },
  bce_with_logits: (inputs, params) =>
    ops.binaryCrossEntropyWithLogits(inputs[0], targetsOf(inputs, params), lossOptions(params)),
  mse: (inputs, params) => ops.mse(inputs[0], targetsOf(inputs, params), lossOptions(params)),
  huber: (inputs, params) =>
    ops.huber(inputs[0], targetsOf(inputs, params), {
      ...lossOptions(params),
      delta: params.number(1, "delta"),
    }),
  kl_div: (inputs, params) =>
    ops.klDivergence(inputs[0], targetsOf(inputs, params), {
      reduction: params.text("mean", "reduction").replace("batchmean", "batchMean") as Reduction,
      logTargets: params.flag(false, "logTarget", "log_target"),
    }),
};

function correctionOf(params: Parameters): number {
  return params.flag(false, "unbiased") ? 1 : params.number(0, "correction", "ddof");
}
