import { applyUnary } from "../../lowering/elementwise.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * `ln(1 + x)` without the cancellation near 0.
 *
 * ```ts
 * log1p(device.tensor([0, 1e-10])); // [0, 1e-10]
 * ```
 *
 * Shape and dtype of the result are those of `x`: float32 and float64. -Infinity at -1, NaN below.
 *
 * @throws TensorError `dtype` for other dtypes
 * @see IEEE 754-2019, section 9.2
 */
export function log1p(x: Tensor): Tensor {
  return applyUnary("log1p", x);
}
