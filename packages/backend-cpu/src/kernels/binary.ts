import type { BinaryKernelOp, Kernels } from "@gradwerk/tensor/backend";
import { arrayOf } from "../buffer.ts";
import { forEachRow } from "./for-each-row.ts";

/** `out = op(a, b)`: a zero stride of `a` or `b` broadcasts it. Integers wrap around when they are stored. */
export const binary: Kernels["binary"] = ([out], [a, b], { op }) => {
  const to = arrayOf(out);
  const left = arrayOf(a);
  const right = arrayOf(b);
  const isInteger = out.buffer.dtype === "int32" || out.buffer.dtype === "uint8";
  const compute = op === "mul" && isInteger ? Math.imul : functions[op];
  forEachRow([out, a, b], (count, [o, i, j], [outStep, leftStep, rightStep]) => {
    for (let n = 0; n < count; n++)
      to[o + n * outStep] = compute(left[i + n * leftStep], right[j + n * rightStep]);
  });
};

const functions: Readonly<Record<BinaryKernelOp, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  pow,
  minimum: Math.min,
  maximum: Math.max,
  xor: (a, b) => a ^ b,
  shiftRight: (a, b) => a >>> b,
  mulHigh,
};

// IEEE 754 where ECMAScript differs from it: 1 to any power is 1, and so is -1 to an infinite one.
function pow(a: number, b: number): number {
  if (a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY)) return 1;
  return a ** b;
}

// The upper 32 bits of the product of two unsigned words, whose 64 bits are more than a double holds.
function mulHigh(a: number, b: number): number {
  return Number((BigInt(a >>> 0) * BigInt(b >>> 0)) >> 32n);
}
