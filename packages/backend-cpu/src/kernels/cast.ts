import type { DType, Kernels } from "@gradwerk/tensor/backend";
import { arrayOf } from "../buffer.ts";
import { forEachRow } from "./for-each-row.ts";

/** `out = x` in another dtype. Between floats, and from int32 to uint8, storing into the array does the rounding. */
export const cast: Kernels["cast"] = ([out], [x]) => {
  const to = arrayOf(out);
  const from = arrayOf(x);
  const fromFloat = x.buffer.dtype === "float32" || x.buffer.dtype === "float64";
  const convert = fromFloat ? truncateTo(out.buffer.dtype) : keep;
  forEachRow([out, x], (count, [o, i], [outStep, inStep]) => {
    for (let n = 0; n < count; n++) to[o + n * outStep] = convert(from[i + n * inStep]);
  });
};

const keep = (value: number): number => value;

// Towards zero and held within the range; NaN stays NaN here and becomes 0 when an integer array stores it.
function truncateTo(dtype: DType): (value: number) => number {
  if (dtype === "float32" || dtype === "float64") return keep;
  const [low, high] = dtype === "int32" ? [-(2 ** 31), 2 ** 31 - 1] : [0, 255];
  return (value) => Math.trunc(Math.min(Math.max(value, low), high));
}
