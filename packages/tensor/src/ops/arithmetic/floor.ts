import { applyUnary } from "../../lowering/elementwise.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * The largest whole number not above `x`.
 *
 * ```ts
 * floor(device.tensor([1.5, -1.5])); // [1, -2]
 * ```
 *
 * Shape and dtype of the result are those of `x`: float32 and float64.
 *
 * @throws TensorError `dtype` for other dtypes
 * @see IEEE 754-2019, section 5.9
 */
export function floor(x: Tensor): Tensor {
  return applyUnary("floor", x);
}
