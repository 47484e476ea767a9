import { requireFloat } from "../../core/dtype.ts";
import { normalizeAxes } from "../../core/shape.ts";
import { TensorError } from "../../errors.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import type { ReduceOptions } from "../../lowering/reduction.ts";
import { sqrtWithFlatZero } from "../../lowering/roots.ts";
import type { Tensor } from "../../tensor.ts";
import { abs } from "../arithmetic/abs.ts";
import { pow } from "../arithmetic/pow.ts";
import { square } from "../arithmetic/square.ts";
import { max } from "./max.ts";
import { sum } from "./sum.ts";

/** Which length `norm` measures. */
export interface NormOptions extends ReduceOptions {
  /** The p of the p-norm, from 1 up; Infinity gives the largest magnitude. Default: 2, the Euclidean length. */
  readonly order?: number;
}

/**
 * The length of vectors over the named axes, or over all: `(sum of |x|^p)^(1/p)`.
 *
 * ```ts
 * norm(device.tensor([3, -4])); // 5
 * ```
 *
 * float32 and float64. The derivative of the Euclidean length at 0 is taken as 0.
 *
 * @throws TensorError `axis`, `dtype`, `value` for an order below 1
 * @see torch.linalg.vector_norm
 */
export function norm(x: Tensor, { order = 2, ...options }: NormOptions = {}): Tensor {
  const device = deviceOf("norm", x);
  requireFloat("norm", x.dtype);
  if (typeof order !== "number" || !(order >= 1)) {
    throw new TensorError("value", `norm: order must be a number from 1 up, or Infinity, got ${order}.`);
  }
  const axes = normalizeAxes("norm", options.axes, x.shape);
  return device.scope(() => {
    if (order === 2) return sqrtWithFlatZero(sum(square(x), options));
    if (order === 1) return sum(abs(x), options);
    // The largest magnitude of nothing is 0, which the sum of nothing is too.
    const isEmpty = axes.some((axis) => x.shape[axis] === 0);
    if (order === Number.POSITIVE_INFINITY) return isEmpty ? sum(x, options) : max(abs(x), options);
    return pow(sum(pow(abs(x), order), options), 1 / order);
  });
}
