import type { OpName } from "@gradwerk/tensor";
import { OnnxError } from "../errors.ts";
import type { NodeOf, TracedValue } from "../export/traced-graph.ts";
import { amount, amountOf, type Code, code, type Operand, product } from "./code.ts";
import { expanded, flipped, padded, permuted, sliced } from "./views.ts";

/** Writes one op as an expression. */
type Lowering<Op extends OpName> = (node: NodeOf<Op>) => Code;

/** The ops that a module can hold. The others belong to training, or are rare in networks. */
export const lowerings: { readonly [Op in OpName]?: Lowering<Op> } = {
  add: each("add"),
  sub: each("sub"),
  mul: each("mul"),
  div: each("div"),
  pow: each("pow"),
  maximum: each("maximum"),
  minimum: each("minimum"),

  neg: each("neg"),
  abs: each("Math.abs"),
  sign: each("Math.sign"),
  sqrt: each("Math.sqrt"),
  exp: each("Math.exp"),
  expm1: each("Math.expm1"),
  log: each("Math.log"),
  log1p: each("Math.log1p"),
  sin: each("Math.sin"),
  cos: each("Math.cos"),
  tanh: each("Math.tanh"),
  erf: each("erf"),
  floor: each("Math.floor"),
  ceil: each("Math.ceil"),
  round: each("round"),
  clip: (node) => eachOf(code`clip(${node.attributes.low}, ${node.attributes.high})`, node.inputs),

  sigmoid: each("sigmoid"),
  relu: each("relu"),
  leakyRelu: (node) => eachOf(code`leakyRelu(${node.attributes.slope})`, node.inputs),
  elu: (node) => eachOf(code`elu(${node.attributes.alpha})`, node.inputs),
  gelu: (node) => eachOf([node.attributes.approximate === "none" ? "gelu" : "geluTanh"], node.inputs),
  silu: each("silu"),
  softplus: (node) => eachOf(code`softplus(${node.attributes.beta})`, node.inputs),
  softmax: ({ inputs: [x], attributes: { axis } }) => along(["softmax"], x, [axis]),
  logSoftmax: ({ inputs: [x], attributes: { axis } }) => along(["logSoftmax"], x, [axis]),

  equal: each("equal"),
  notEqual: each("notEqual"),
  less: each("less"),
  lessEqual: each("lessEqual"),
  greater: each("greater"),
  greaterEqual: each("greaterEqual"),
  where: each("where"),
  cast: castOf,

  sum: reduced("sumOf"),
  prod: reduced("prodOf"),
  max: reduced("maxOf"),
  min: reduced("minOf"),
  logsumexp: reduced("logsumexp"),
  argmax: ({ inputs: [x], attributes: { axis } }) => along(["argmax"], x, [axis]),
  argmin: ({ inputs: [x], attributes: { axis } }) => along(["argmin"], x, [axis]),
  cumsum: ({ inputs: [x], attributes: { axis } }) => along(["cumsum"], x, [axis]),

  matmul: ({ inputs: [a, b] }) => {
    const [k, n] = b.shape.slice(-2).map(amountOf);
    return code`matmul(${whole(a)}, ${whole(b)}, ${amount(k)}, ${amount(n)})`;
  },
  linear: ({ inputs: [x, w, b], attributes: { activation } }) => {
    const sums = code`linear(${whole(x)}, ${whole(w)}, ${whole(b)})`;
    if (activation === "none") return sums;
    return code`each(${activation === "tanh" ? ["Math.tanh"] : [activation]}, ${sums})`;
  },

  permute: permuted,
  expand: expanded,
  slice: sliced,
  flip: flipped,
  pad: padded,
  concat: ({ inputs, output, attributes: { axis } }) => {
    const rows = amount(product(output.shape.slice(0, axis).map(amountOf)));
    return code`concat(${rows}, [${inputs.map(whole)}])`;
  },
  gatherRows: ({ inputs: [table, indices] }) => {
    const row = product(table.shape.slice(1).map(amountOf));
    return code`gather(${whole(table)}, ${whole(indices)}, ${amount(row)})`;
  },

  conv2d: ({ inputs: [x, w, b], output, attributes: { stride, padding, dilation } }) => {
    const bias: Code = b === undefined ? ["undefined"] : [whole(b)];
    const sizes = `[${x.shape.slice(1)}], [${w.shape}], [${output.shape.slice(2)}]`;
    return code`conv2d(${whole(x)}, ${whole(w)}, ${bias}, ${spaced(sizes)}, ${moves({ stride, padding, dilation })})`;
  },
  convTranspose2d: ({ inputs: [x, w], output, attributes: { stride, padding, dilation } }) => {
    const [, perGroup, ...size] = w.shape;
    const sizes = `[${x.shape.slice(1)}], [${[output.shape[1], perGroup, ...size]}], [${output.shape.slice(2)}]`;
    return code`convTranspose2d(${whole(x)}, ${whole(w)}, ${spaced(sizes)}, ${moves({ stride, padding, dilation })})`;
  },
  pool2d: ({ inputs: [x], output, attributes: { op, size, stride, padding, dilation } }) => {
    const [pool, border] = op === "max" ? ["maxOf", "-Infinity"] : ["meanOf", "0"];
    const sizes = `[${x.shape.slice(2)}], [${size}], [${output.shape.slice(2)}]`;
    return code`pool2d(${[pool]}, ${[border]}, ${whole(x)}, ${spaced(sizes)}, ${moves({ stride, padding, dilation })})`;
  },

  layerNorm: ({ inputs: [x, scale, shift], attributes: { epsilon } }) => {
    const axes = scale.shape.map((_, axis) => x.shape.length - scale.shape.length + axis);
    const even = along(code`standardize(${epsilon})`, x, axes);
    return code`each(add, each(mul, ${even}, ${whole(scale)}), ${whole(shift)})`;
  },
};

/** @throws OnnxError `export` for an op that a module cannot hold */
export function lowered<Op extends OpName>(node: NodeOf<Op>): Code {
  const lowering = lowerings[node.op] as Lowering<Op> | undefined;
  if (lowering !== undefined) return lowering(node);
  throw new OnnxError(
    "export",
    `${node.op}: a module cannot hold this op. It belongs to training, or no layer uses it.`,
  );
}

/** A value with all of its numbers. */
function whole(value: TracedValue): Operand {
  return { value, repeats: false };
}

function each<Op extends OpName>(f: string): Lowering<Op> {
  return ({ inputs }: NodeOf<Op>) => eachOf([f], inputs);
}

function eachOf(f: Code, inputs: readonly TracedValue[]): Code {
  const operands = inputs.map((value): Operand => ({ value, repeats: true }));
  return code`each(${f}, ${operands})`;
}

// What takes the numbers of x along axes, which lie beside each other, as one line.
function along(f: Code, x: TracedValue, axes: readonly number[]): Code {
  const extents = x.shape.map(amountOf);
  const size = product(axes.map((axis) => extents[axis]));
  const inner = product(extents.slice((axes.at(-1) ?? -1) + 1));
  return code`along(${f}, ${whole(x)}, ${amount(size)}, ${amount(inner)})`;
}

// Axes that lie beside each other are one; others are reduced one after the other, the last first.
function reduced<Op extends "sum" | "prod" | "max" | "min" | "logsumexp">(f: string): Lowering<Op> {
  return ({ inputs: [x], attributes: { axes } }: NodeOf<Op>) => {
    const runs: number[][] = [];
    for (const axis of axes) {
      const run = runs.at(-1);
      if (run?.at(-1) === axis - 1) run.push(axis);
      else runs.push([axis]);
    }
    let shape = x.shape;
    let made: Code = [whole(x)];
    for (const run of runs.toReversed()) {
      const extents = shape.map(amountOf);
      const size = amount(product(run.map((axis) => extents[axis])));
      const inner = amount(product(extents.slice(run[run.length - 1] + 1)));
      made = code`along(${[f]}, ${made}, ${size}, ${inner})`;
      shape = shape.map((extent, axis) => (run.includes(axis) ? 1 : extent));
    }
    return made;
  };
}

// Whole numbers are held as floats: exact up to 2^24.
function castOf({ inputs: [x], attributes: { dtype } }: NodeOf<"cast">): Code {
  const isFloat = (name: string): boolean => name.startsWith("float");
  if (isFloat(dtype) || !isFloat(x.dtype)) return [whole(x)];
  const [low, high] = dtype === "int32" ? [-(2 ** 31), 2 ** 31 - 1] : [0, 255];
  return eachOf(code`whole(${low}, ${high})`, [x]);
}

function moves(window: { readonly [Name in "stride" | "padding" | "dilation"]: readonly number[] }): Code {
  return [spaced(`[${window.stride}], [${window.padding}], [${window.dilation}]`).join("")];
}

function spaced(text: string): Code {
  return [text.replaceAll(/,(?! )/g, ", ")];
}
