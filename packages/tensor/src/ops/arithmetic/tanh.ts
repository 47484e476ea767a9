import { applyUnary } from "../../lowering/elementwise.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * The hyperbolic tangent: `(e^x - e^-x) / (e^x + e^-x)`, from -1 to 1.
 *
 * ```ts
 * tanh(device.tensor([0])); // [0]
 * ```
 *
 * Shape and dtype of the result are those of `x`: float32 and float64.
 *
 * @throws TensorError `dtype` for other dtypes
 * @see IEEE 754-2019, section 9.2
 */
export function tanh(x: Tensor): Tensor {
  return applyUnary("tanh", x);
}
