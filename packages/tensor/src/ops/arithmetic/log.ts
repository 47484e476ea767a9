import { applyUnary } from "../../lowering/elementwise.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * The natural logarithm, element by element.
 *
 * ```ts
 * log(device.tensor([1, 0])); // [0, -Infinity]
 * ```
 *
 * Shape and dtype of the result are those of `x`: float32 and float64. -Infinity at 0, NaN below.
 *
 * @throws TensorError `dtype` for other dtypes
 * @see IEEE 754-2019, section 9.2
 */
export function log(x: Tensor): Tensor {
  return applyUnary("log", x);
}
