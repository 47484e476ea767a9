import { applyUnary } from "../../lowering/elementwise.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * The square root, element by element.
 *
 * ```ts
 * sqrt(device.tensor([4, 9])); // [2, 3]
 * ```
 *
 * Shape and dtype of the result are those of `x`: float32 and float64. NaN below 0.
 *
 * @throws TensorError `dtype` for other dtypes
 * @see IEEE 754-2019, section 5.4.1
 */
export function sqrt(x: Tensor): Tensor {
  return applyUnary("sqrt", x);
}
