import { applyUnary } from "../../lowering/elementwise.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * The smallest whole number not below `x`.
 *
 * ```ts
 * ceil(device.tensor([1.5, -1.5])); // [2, -1]
 * ```
 *
 * Shape and dtype of the result are those of `x`: float32 and float64.
 *
 * @throws TensorError `dtype` for other dtypes
 * @see IEEE 754-2019, section 5.9
 */
export function ceil(x: Tensor): Tensor {
  return applyUnary("ceil", x);
}
