import { applyUnary } from "../../lowering/elementwise.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * The error function: `2 / sqrt(pi)` times the integral of `e^(-t^2)` from 0 to `x`, from -1 to 1.
 *
 * ```ts
 * erf(device.tensor([0])); // [0]
 * ```
 *
 * Shape and dtype of the result are those of `x`: float32 and float64.
 *
 * @throws TensorError `dtype` for other dtypes
 * @see NIST Digital Library of Mathematical Functions, 7.2.1
 */
export function erf(x: Tensor): Tensor {
  return applyUnary("erf", x);
}
