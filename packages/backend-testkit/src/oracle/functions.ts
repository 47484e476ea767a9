import type { BinaryKernelOp, CompareKernelOp, DType, UnaryKernelOp } from "@gradwerk/tensor/backend";
import { erf } from "./erf.ts";

/** Each unary op on one number, in float64. */
export const unaryFunctions: Readonly<Record<UnaryKernelOp, (x: number) => number>> = {
  neg: (x) => -x,
  abs: Math.abs,
  sign: Math.sign,
  sqrt: Math.sqrt,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  erf,
  // The two forms are equal; each keeps its digits on its side of 0.
  sigmoid: (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundToEven,
};

function roundToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  const goesDown = rest < 0.5 || (rest === 0.5 && below % 2 === 0);
  const rounded = goesDown ? below : below + 1;
  // What rounds to 0 keeps its sign.
  return rounded === 0 ? Math.sign(x) * 0 : rounded;
}

/** Each binary op on two numbers: floats in float64, integers exactly, before they wrap around. */
export const binaryFunctions: Readonly<Record<BinaryKernelOp, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  pow: (a, b) => {
    if (b === 0 || a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY)) return 1;
    return a ** b;
  },
  minimum: (a, b) => Math.min(a, b),
  maximum: (a, b) => Math.max(a, b),
  xor: (a, b) => a ^ b,
  shiftRight: (a, b) => a >>> b,
  mulHigh: (a, b) => Number((BigInt(a >>> 0) * BigInt(b >>> 0)) / 2n ** 32n),
};

/** Each comparison of two numbers. */
export const compareFunctions: Readonly<Record<CompareKernelOp, (a: number, b: number) => boolean>> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
};

/** A whole number as an integer dtype holds it: its lowest bits. */
export function wrapped(dtype: DType, value: bigint): number {
  return Number(dtype === "int32" ? BigInt.asIntN(32, value) : BigInt.asUintN(8, value));
}

/** A number converted to a dtype as the contract says. */
export function converted(from: DType, to: DType, value: number): number {
  if (to === "float64") return value;
  if (to === "float32") return Math.fround(value);
  if (from === "int32" || from === "uint8") return wrapped(to, BigInt(value));
  if (Number.isNaN(value)) return 0;
  const [low, high] = to === "int32" ? [-(2 ** 31), 2 ** 31 - 1] : [0, 255];
  return Math.min(Math.max(Math.trunc(value), low), high) + 0;
}
