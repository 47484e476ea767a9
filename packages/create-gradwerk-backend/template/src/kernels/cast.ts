import type { DType, Kernels } from "@gradwerk/tensor/backend";
import { valuesOf } from "../buffer.ts";
import { positionOf, sizeOf } from "../views.ts";

/**
 * `out = x` in another dtype. Storing into a typed array already does most of what the contract asks: float64 to
 * float32 rounds to nearest with ties to even, and int32 to uint8 keeps the low eight bits. What it does not do is
 * float to integer: there JavaScript wraps around, while the contract holds the value within the range.
 */
export const cast: Kernels["cast"] = ([out], [x]) => {
  const target = valuesOf(out);
  const source = valuesOf(x);
  const size = sizeOf(out.shape);
  const range = isFloat(x.buffer.dtype) ? rangeOf(out.buffer.dtype) : undefined;
  for (let i = 0; i < size; i += 1) {
    const value = source[positionOf(x, i)];
    target[out.offset + i] = range === undefined ? value : truncate(value, range);
  }
};

type Range = readonly [lowest: number, highest: number];

function truncate(value: number, [lowest, highest]: Range): number {
  if (Number.isNaN(value)) return 0;
  return Math.min(Math.max(Math.trunc(value), lowest), highest); // infinities end at the range's ends
}

function isFloat(dtype: DType): boolean {
  return dtype === "float32" || dtype === "float64";
}

function rangeOf(dtype: DType): Range | undefined {
  if (dtype === "int32") return [-(2 ** 31), 2 ** 31 - 1];
  if (dtype === "uint8") return [0, 255];
  return undefined;
}
