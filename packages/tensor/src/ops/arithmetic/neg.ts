import { applyUnary } from "../../lowering/elementwise.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * `-x`, element by element.
 *
 * ```ts
 * neg(device.tensor([1, -2])); // [-1, 2]
 * ```
 *
 * Shape and dtype of the result are those of `x`: float32, float64 and int32.
 *
 * @throws TensorError `dtype` for other dtypes
 * @see IEEE 754-2019, section 5.5.1
 */
export function neg(x: Tensor): Tensor {
  return applyUnary("neg", x, "signed");
}
