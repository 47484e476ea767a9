import type { OpName } from "@gradwerk/tensor";
import type { Activation } from "@gradwerk/tensor/backend";
import { sameExtent } from "./broadcasts.ts";
import type { Lowering, OpWriter, Written } from "./op-writer.ts";
import type { Extent } from "./traced-graph.ts";

/** The ops that a file can hold, each with its nodes. The others belong to training, or have no counterpart. */
export const lowerings: { readonly [Op in OpName]?: Lowering<Op> } = {
  add: plain("Add"),
  sub: plain("Sub"),
  mul: onTruths("And", plain("Mul")),
  div: plain("Div"),
  pow: plain("Pow"),
  maximum: onTruths("Or", plain("Max")),
  minimum: onTruths("And", plain("Min")),

  neg: plain("Neg"),
  abs: plain("Abs"),
  sign: plain("Sign"),
  sqrt: plain("Sqrt"),
  exp: plain("Exp"),
  log: plain("Log"),
  // ONNX has neither; near 0 these two lose digits.
  expm1: (op) => op.add("Sub", [op.add("Exp", [op.x]), op.number(1)]),
  log1p: (op) => op.add("Log", [op.add("Add", [op.x, op.number(1)])]),
  sin: plain("Sin"),
  cos: plain("Cos"),
  tanh: plain("Tanh"),
  erf: plain("Erf"),
  floor: plain("Floor"),
  ceil: plain("Ceil"),
  round: plain("Round"),
  clip: (op) => op.add("Clip", [op.x, op.number(op.attributes.low), op.number(op.attributes.high)]),

  sigmoid: plain("Sigmoid"),
  relu: plain("Relu"),
  leakyRelu: (op) => op.add("LeakyRelu", [op.x], { float: { alpha: op.attributes.slope } }),
  elu: (op) => op.add("Elu", [op.x], { float: { alpha: op.attributes.alpha } }),
  silu: (op) => op.add("Mul", [op.x, op.add("Sigmoid", [op.x])]),
  gelu: geluOf,
  softplus: softplusOf,
  softmax: (op) => op.add("Softmax", [op.x], { int: { axis: op.attributes.axis } }),
  logSoftmax: (op) => op.add("LogSoftmax", [op.x], { int: { axis: op.attributes.axis } }),

  equal: (op) =>
    isTruthAgainstZero(op)
      ? { truth: op.add("Not", [op.names.truthOf(op.value(0))]) }
      : { truth: op.add("Equal", comparable(op)) },
  notEqual: onTruths("Xor", (op) =>
    isTruthAgainstZero(op)
      ? { truth: op.names.truthOf(op.value(0)) }
      : { truth: op.add("Not", [op.add("Equal", comparable(op))]) },
  ),
  less: comparison("Less"),
  lessEqual: comparison("LessOrEqual"),
  greater: comparison("Greater"),
  greaterEqual: comparison("GreaterOrEqual"),
  where: (op) => op.add("Where", [op.names.truthOf(op.value(0)), ...op.inputs().slice(1)]),
  cast: (op) => op.names.castOf(op.value(0), op.attributes.dtype),

  sum: reduction("ReduceSum", 13),
  prod: reduction("ReduceProd"),
  max: reduction("ReduceMax"),
  min: reduction("ReduceMin"),
  logsumexp: reduction("ReduceLogSumExp"),
  argmax: position("ArgMax"),
  argmin: position("ArgMin"),
  cumsum: (op) => op.add("CumSum", [op.x, op.graph.constant("int64", [], [op.attributes.axis])]),

  matmul: plain("MatMul"),
  linear: (op) => activated(op, op.add("Gemm", op.inputs()), op.attributes.activation),

  reshape: (op) => op.add("Reshape", [op.x, op.graph.openShape(op.node.output.shape)]),
  permute: (op) => op.add("Transpose", [op.x], { ints: { perm: op.attributes.order } }),
  expand: expandOf,
  slice: (op) => sliceOf(op, [op.attributes.axis], op.attributes),
  flip: (op) => sliceOf(op, op.attributes.axes, { start: -1, end: Number.NEGATIVE_INFINITY, step: -1 }),
  pad: padOf,
  concat: (op) => op.add("Concat", op.inputs(), { int: { axis: op.attributes.axis } }),
  gatherRows: (op) => op.add("Gather", op.inputs()),

  conv2d: (op) => op.add("Conv", op.inputs(), windowOf(op, kernelOf(op), groupsOf(op))),
  convTranspose2d: (op) => {
    const { int, ints } = windowOf(op, kernelOf(op), groupsOf(op));
    return op.add("ConvTranspose", op.inputs(), {
      int,
      ints: { ...ints, output_padding: op.attributes.outputPadding },
    });
  },
  pool2d: poolOf,

  layerNorm: (op) =>
    op.add("LayerNormalization", op.inputs(), {
      int: { axis: op.value(0).shape.length - op.value(1).shape.length },
      float: { epsilon: op.attributes.epsilon },
    }),
};

// Not to be told apart by types: every op of this kind has one node with the same inputs.
function plain<Op extends OpName>(operator: string): Lowering<Op> {
  return (op) => op.add(operator, op.inputs());
}

function comparison<Op extends OpName>(operator: string): Lowering<Op> {
  return (op) => ({ truth: op.add(operator, comparable(op)) });
}

// What combines 0s and 1s here combines truth values there.
function onTruths<Op extends OpName>(operator: string, otherwise: Lowering<Op>): Lowering<Op> {
  return (op) => {
    const { inputs } = op.node;
    if (!inputs.every((value) => op.names.isTruth(value))) return otherwise(op);
    return {
      truth: op.add(
        operator,
        inputs.map((value) => op.names.truthOf(value)),
      ),
    };
  };
}

function isTruthAgainstZero<Op extends OpName>(op: OpWriter<Op>): boolean {
  return op.names.isTruth(op.value(0)) && op.names.isZero(op.value(1));
}

// Runtimes compare int32, but seldom uint8.
function comparable<Op extends OpName>(op: OpWriter<Op>): string[] {
  return op.node.inputs.map((value) =>
    value.dtype === "uint8" ? op.names.castOf(value, "int32") : op.names.of(value),
  );
}

// x/2 (1 + erf(x / sqrt 2)), or x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))
function geluOf(op: OpWriter<"gelu">): Written {
  const { x } = op;
  const mul = (a: string, b: string): string => op.add("Mul", [a, b]);
  const half = mul(x, op.number(0.5));
  const inner = op.attributes.approximate === "none" ? erfPart() : tanhPart();
  return mul(half, op.add("Add", [inner, op.number(1)]));

  function erfPart(): string {
    return op.add("Erf", [mul(x, op.number(Math.SQRT1_2))]);
  }
  function tanhPart(): string {
    const cubic = mul(mul(mul(x, x), x), op.number(0.044715));
    return op.add("Tanh", [mul(op.add("Add", [x, cubic]), op.number(Math.sqrt(2 / Math.PI)))]);
  }
}

function softplusOf(op: OpWriter<"softplus">): Written {
  const { beta } = op.attributes;
  if (beta === 1) return op.add("Softplus", [op.x]);
  const scaled = op.add("Softplus", [op.add("Mul", [op.x, op.number(beta)])]);
  return op.add("Div", [scaled, op.number(beta)]);
}

function activated(op: OpWriter<"linear">, y: string, activation: Activation): Written {
  const operators = { relu: "Relu", sigmoid: "Sigmoid", tanh: "Tanh" };
  return activation === "none" ? y : op.add(operators[activation], [y]);
}

type Reduction = "sum" | "prod" | "max" | "min" | "logsumexp";

// Axes are an attribute of old versions, and an input from some version on.
function reduction(operator: string, axesAreInputSince = 18): Lowering<Reduction> {
  return (op) => {
    const { axes, keepDims } = op.attributes;
    const int = { keepdims: keepDims ? 1 : 0 };
    if (op.graph.opset < axesAreInputSince) return op.add(operator, [op.x], { int, ints: { axes } });
    return op.add(operator, [op.x, op.graph.integers(axes)], { int });
  };
}

// ONNX gives int64.
function position(operator: string): Lowering<"argmax" | "argmin"> {
  return (op) => {
    const places = op.add(operator, [op.x], { int: { axis: op.attributes.axis, keepdims: 0 } });
    return op.add("Cast", [places], { int: { to: 6 } });
  };
}

// Sizes that x has already are left to it.
function expandOf(op: OpWriter<"expand">): Written {
  const { shape } = op.node.output;
  const from = op.value(0).shape;
  const wanted = shape.map((extent, axis): Extent => {
    const own = from[axis - shape.length + from.length];
    return typeof extent !== "number" && own !== undefined && sameExtent(own, extent) ? 1 : extent;
  });
  return op.add("Expand", [op.x, op.graph.shape(wanted)]);
}

const farAway = 2 ** 31 - 1;

function sliceOf(
  op: OpWriter<"slice" | "flip">,
  axes: readonly number[],
  { start, end, step }: { readonly start: number; readonly end: number; readonly step: number },
): Written {
  const last = Math.min(Math.max(end, -farAway), farAway);
  const settings = [start, last].map((value) => op.graph.integers(axes.map(() => value)));
  const rest = [axes, axes.map(() => step)].map((values) => op.graph.integers(values));
  return op.add("Slice", [op.x, ...settings, ...rest]);
}

function padOf(op: OpWriter<"pad">): Written {
  const { padding, value } = op.attributes;
  if (padding.some(([, , between = 0]) => between > 0))
    throw op.refused("padding between neighbours has no counterpart");
  const pads = [...padding.map(([before]) => before), ...padding.map(([, after]) => after)];
  return op.add("Pad", [op.x, op.graph.integers(pads), op.number(value)]);
}

/** The moves of a window as convolutions and pools of ONNX take them. */
interface WindowMoves {
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
}

function windowOf(
  op: { readonly attributes: WindowMoves },
  size: readonly number[],
  int: Readonly<Record<string, number>>,
): { int: Readonly<Record<string, number>>; ints: Readonly<Record<string, readonly number[]>> } {
  const { stride, padding, dilation } = op.attributes;
  return {
    int,
    ints: { kernel_shape: size, strides: stride, pads: [...padding, ...padding], dilations: dilation },
  };
}

function kernelOf(op: OpWriter<"conv2d" | "convTranspose2d">): number[] {
  return op.value(1).shape.slice(2).map(Number);
}

function groupsOf(op: OpWriter<"conv2d" | "convTranspose2d">): { group: number } {
  return { group: op.attributes.groups };
}

// Padding counts as zeros in means here; where it should not, they are divided by the share of the image.
function poolOf(op: OpWriter<"pool2d">): Written {
  const { op: kind, size, dilation } = op.attributes;
  if (kind === "max") return op.add("MaxPool", [op.x], windowOf(op, size, {}));
  const { int, ints } = windowOf(op, size, { count_include_pad: 1 });
  const { dilations, ...others } = ints;
  if (dilation.every((step) => step === 1)) return op.add("AveragePool", [op.x], { int, ints: others });
  if (op.graph.opset >= 19) return op.add("AveragePool", [op.x], { int, ints });
  throw op.refused("dilated means need opset 19 or later");
}
