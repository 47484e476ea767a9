import {
  abs,
  add,
  ceil,
  cos,
  div,
  elu,
  equal,
  erf,
  exp,
  floor,
  gelu,
  greater,
  greaterEqual,
  isnan,
  leakyRelu,
  less,
  lessEqual,
  log,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  logSoftmax,
  maximum,
  minimum,
  mul,
  neg,
  type Operand,
  pow,
  reciprocal,
  relu,
  reshape,
  round,
  sigmoid,
  sign,
  sin,
  sizeOf,
  softmax,
  softplus,
  sqrt,
  sub,
  type Tensor,
  tanh,
  where,
} from "@gradwerk/tensor";
import type { ElementType } from "../../format/tensors.ts";
import { elementwise } from "../known.ts";
import type { NodeCall, Operator } from "../node-call.ts";
import type { Known, Value } from "../values.ts";

/** Operators that give each element by itself. */
export const elementwiseOperators: Readonly<Record<string, Operator>> = {
  Add: binary(add, (a, b) => a + b),
  Sub: binary(sub, (a, b) => a - b),
  Mul: binary(mul, (a, b) => a * b),
  Div: binary(div, (a, b, type) => (isWhole(type) ? Math.trunc(a / b) : a / b)),
  Pow: binary(pow, (a, b) => a ** b),
  Max: variadic(maximum, Math.max),
  Min: variadic(minimum, Math.min),
  Sum: variadic(add, (a, b) => a + b),
  Mean: {
    inputs: [1, Number.POSITIVE_INFINITY],
    run: (call) => div(call.tensors().reduce(add), call.inputs.length),
  },

  Equal: comparison(equal, (a, b) => a === b),
  Less: comparison(less, (a, b) => a < b),
  LessOrEqual: comparison(lessEqual, (a, b) => a <= b),
  Greater: comparison(greater, (a, b) => a > b),
  GreaterOrEqual: comparison(greaterEqual, (a, b) => a >= b),
  And: comparison(logicalAnd, (a, b) => a !== 0 && b !== 0),
  Or: comparison(logicalOr, (a, b) => a !== 0 || b !== 0),
  Xor: comparison(logicalXor, (a, b) => (a !== 0) !== (b !== 0)),
  Not: unary(logicalNot, (x) => (x === 0 ? 1 : 0)),
  IsNaN: { run: (call) => isnan(call.tensor(0)) },
  Where: { inputs: [3, 3], run: whereOf },

  Neg: unary(neg, (x) => -x),
  Abs: unary(abs, Math.abs),
  Sign: unary(sign, Math.sign),
  Sqrt: unary(sqrt, Math.sqrt),
  Reciprocal: unary(reciprocal, (x) => 1 / x),
  Floor: unary(floor, Math.floor),
  Ceil: unary(ceil, Math.ceil),
  Exp: unary(exp),
  Log: unary(log),
  Sin: unary(sin),
  Cos: unary(cos),
  Tanh: unary(tanh),
  Erf: unary(erf),
  Round: unary(round),

  Sigmoid: unary(sigmoid),
  Relu: unary(relu),
  Softplus: unary(softplus),
  Softsign: unary((x) => div(x, add(abs(x), 1))),
  Mish: unary((x) => mul(x, tanh(softplus(x)))),
  HardSwish: unary((x) => mul(x, clamped(add(mul(x, 1 / 6), 0.5), 0, 1))),
  HardSigmoid: {
    attributes: ["alpha", "beta"],
    run: (call) =>
      clamped(add(mul(call.tensor(0), call.number("alpha", 0.2)), call.number("beta", 0.5)), 0, 1),
  },
  LeakyRelu: {
    attributes: ["alpha"],
    run: (call) => leakyRelu(call.tensor(0), call.number("alpha", 0.01)),
  },
  PRelu: {
    inputs: [2, 2],
    run: (call) => {
      const [x, slope] = call.tensors();
      return where(less(x, 0), mul(x, slope), x);
    },
  },
  Elu: { attributes: ["alpha"], run: (call) => elu(call.tensor(0), call.number("alpha", 1)) },
  // alpha and gamma by default as in the paper, rounded to float32.
  Selu: {
    attributes: ["alpha", "gamma"],
    run: (call) =>
      mul(
        elu(call.tensor(0), call.number("alpha", 1.6732631921768188)),
        call.number("gamma", 1.0507010221481323),
      ),
  },
  Gelu: {
    attributes: ["approximate"],
    run: (call) => {
      const approximate = call.text("approximate", "none");
      if (approximate !== "none" && approximate !== "tanh")
        throw call.refused(`approximate "${approximate}"`);
      return gelu(call.tensor(0), { approximate });
    },
  },
  Clip: { inputs: [1, 3], attributes: ["min", "max"], settings: [1, 2], run: clipOf },

  Softmax: alongAxis(softmax),
  LogSoftmax: alongAxis(logSoftmax),
};

function isWhole(type: ElementType): boolean {
  return type !== "float32" && type !== "float64";
}

function unary(op: (x: Tensor) => Tensor, plain?: (x: number) => number): Operator {
  return {
    run(call) {
      const known = call.known();
      if (plain === undefined || known === undefined) return op(call.tensor(0));
      return elementwise(known[0].elementType, known, plain);
    },
  };
}

type Plain = (a: number, b: number, type: ElementType) => number;

function binary(op: (a: Operand, b: Operand) => Tensor, plain: Plain): Operator {
  return {
    inputs: [2, 2],
    run(call) {
      const known = call.known();
      if (known === undefined) return op(call.tensor(0), call.tensor(1));
      const { elementType } = known[0];
      return elementwise(elementType, known, (a, b) => plain(a, b, elementType));
    },
  };
}

function variadic(op: (a: Operand, b: Operand) => Tensor, plain: (a: number, b: number) => number): Operator {
  return {
    inputs: [1, Number.POSITIVE_INFINITY],
    run(call) {
      const known = call.known();
      if (known === undefined) return call.tensors().reduce((a, b) => op(a, b));
      return elementwise(known[0].elementType, known, (...numbers) => numbers.reduce((a, b) => plain(a, b)));
    },
  };
}

function comparison(
  op: (a: Tensor, b: Tensor) => Tensor,
  plain: (a: number, b: number) => boolean,
): Operator {
  return {
    inputs: [2, 2],
    run(call) {
      const known = call.known();
      if (known === undefined) return op(call.tensor(0), call.tensor(1));
      return elementwise("bool", known, (a, b) => Number(plain(a, b)));
    },
  };
}

function whereOf(call: NodeCall): Value {
  const known = call.known();
  if (known === undefined) return where(call.tensor(0), call.tensor(1), call.tensor(2));
  return elementwise(known[1].elementType, known, (condition, a, b) => (condition !== 0 ? a : b));
}

function clamped(x: Tensor, low: number, high: number): Tensor {
  return minimum(maximum(x, low), high);
}

// Bounds are attributes up to version 10, inputs since; either may be missing.
function clipOf(call: NodeCall): Tensor {
  const x = call.tensor(0);
  const low = call.has(1) ? boundOf(call.knownInput(1)) : call.optionalNumber("min");
  const high = call.has(2) ? boundOf(call.knownInput(2)) : call.optionalNumber("max");
  if (low === 0 && high === undefined) return relu(x);
  if (low !== undefined && high !== undefined && low <= high) return x.clip(low, high);
  const above = low === undefined ? x : maximum(x, low);
  return high === undefined ? above : minimum(above, high);
}

function boundOf({ values }: Known): number | undefined {
  return values.length === 0 ? undefined : values[0];
}

// Up to version 12 all axes from the named one on were one.
function alongAxis(op: (x: Tensor, axis: number) => Tensor): Operator {
  return {
    attributes: ["axis"],
    run(call) {
      const x = call.tensor(0);
      const axis = call.axis(call.int("axis", call.opset < 13 ? 1 : -1), x.rank);
      if (call.opset >= 13 || axis === x.rank - 1) return op(x, axis);
      const rows = reshape(x, [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))]);
      return reshape(op(rows, 1), x.shape);
    },
  };
}
