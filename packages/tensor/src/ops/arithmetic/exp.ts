import { applyUnary } from "../../lowering/elementwise.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * `e^x`, element by element.
 *
 * ```ts
 * exp(device.tensor([0, 1])); // [1, 2.7182817459106445]
 * ```
 *
 * Shape and dtype of the result are those of `x`: float32 and float64.
 *
 * @throws TensorError `dtype` for other dtypes
 * @see IEEE 754-2019, section 9.2
 */
export function exp(x: Tensor): Tensor {
  return applyUnary("exp", x);
}
