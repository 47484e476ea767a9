import { applyUnary } from "../../lowering/elementwise.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * `e^x - 1` without the cancellation near 0.
 *
 * ```ts
 * expm1(device.tensor([0, 1e-10])); // [0, 1e-10]
 * ```
 *
 * Shape and dtype of the result are those of `x`: float32 and float64.
 *
 * @throws TensorError `dtype` for other dtypes
 * @see IEEE 754-2019, section 9.2
 */
export function expm1(x: Tensor): Tensor {
  return applyUnary("expm1", x);
}
