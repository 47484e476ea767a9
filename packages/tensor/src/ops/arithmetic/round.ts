import { applyUnary } from "../../lowering/elementwise.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * The nearest whole number; halves go to the even one.
 *
 * ```ts
 * round(device.tensor([0.5, 1.5, 2.5])); // [0, 2, 2]
 * ```
 *
 * Shape and dtype of the result are those of `x`: float32 and float64.
 *
 * @throws TensorError `dtype` for other dtypes
 * @see IEEE 754-2019, section 4.3.1
 */
export function round(x: Tensor): Tensor {
  return applyUnary("round", x);
}
