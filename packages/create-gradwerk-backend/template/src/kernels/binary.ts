import type { BinaryKernelOp, Kernels } from "@gradwerk/tensor/backend";
import { valuesOf } from "../buffer.ts";
import { positionOf, sizeOf } from "../views.ts";

/**
 * `out = op(a, b)`. Broadcasting has become zero strides by now, of `a`, of `b` or of both. `out` may be the very same
 * view as one of them.
 */
export const binary: Kernels["binary"] = ([out], [a, b], { op }) => {
  const apply = op === "mul" && out.buffer.dtype === "int32" ? Math.imul : functions[op];
  const target = valuesOf(out);
  const left = valuesOf(a);
  const right = valuesOf(b);
  const size = sizeOf(out.shape);
  for (let i = 0; i < size; i += 1) {
    target[out.offset + i] = apply(left[positionOf(a, i)], right[positionOf(b, i)]);
  }
};

/**
 * Integers wrap around because the store keeps their low bits, as long as the number that is stored is exact: sums
 * and products of uint8 are, products of int32 are not, hence `Math.imul` above.
 */
const functions: Readonly<Record<BinaryKernelOp, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  pow,
  // NaN when either is NaN, which `a < b ? a : b` would get wrong.
  minimum: Math.min,
  maximum: Math.max,
  xor: (a, b) => a ^ b,
  shiftRight: (a, b) => a >>> b,
  mulHigh,
};

/** IEEE 754's power: 1 to any power is 1, even to NaN, and so is -1 to an infinite one. `Math.pow` says NaN. */
function pow(a: number, b: number): number {
  if (a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY)) return 1;
  return a ** b;
}

/** The upper 32 bits of the product of two unsigned numbers, from halves of 16 bits, whose products are exact. */
function mulHigh(a: number, b: number): number {
  const [aHigh, aLow, bHigh, bLow] = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff];
  const low = aLow * bLow;
  const middle = aHigh * bLow + Math.floor(low / 2 ** 16);
  const cross = aLow * bHigh + (middle % 2 ** 16);
  return aHigh * bHigh + Math.floor(middle / 2 ** 16) + Math.floor(cross / 2 ** 16);
}
