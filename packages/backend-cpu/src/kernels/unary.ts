import type { Kernels, UnaryKernelOp } from "@gradwerk/tensor/backend";
import { arrayOf } from "../buffer.ts";
import { forEachRow } from "./for-each-row.ts";

/** `out = op(x)`: computed in float64, rounded when stored. */
export const unary: Kernels["unary"] = ([out], [x], { op }) => {
  const to = arrayOf(out);
  const from = arrayOf(x);
  const compute = functions[op];
  forEachRow([out, x], (count, [o, i], [outStep, inStep]) => {
    for (let n = 0; n < count; n++) to[o + n * outStep] = compute(from[i + n * inStep]);
  });
};

const functions: Readonly<Record<UnaryKernelOp, (x: number) => number>> = {
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
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundHalfToEven,
};

// Math.round sends halves up; a half is even again after halving, rounding and doubling.
function roundHalfToEven(x: number): number {
  return Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x);
}

/**
 * The error function. Near 0 its power series, whose terms all have one sign (NIST DLMF 7.6.2):
 * `erf x = 2/sqrt(pi) e^(-x^2) sum over n of 2^n x^(2n+1) / (1 3 5 ... (2n+1))`;
 * further out one minus the continued fraction of its complement (NIST DLMF 7.9.1), evaluated from the inside:
 * `erfc x = e^(-x^2)/sqrt(pi) / (x + (1/2)/(x + (2/2)/(x + (3/2)/(x + ...))))`.
 */
function erf(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude > 6) return Math.sign(x);
  const bell = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (magnitude > 2) {
    let fraction = magnitude;
    for (let n = 60; n >= 1; n--) fraction = magnitude + n / 2 / fraction;
    return Math.sign(x) * (1 - bell / fraction);
  }
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 2 ** -54; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return 2 * bell * sum;
}
