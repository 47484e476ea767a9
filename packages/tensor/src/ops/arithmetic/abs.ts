import { applyUnary } from "../../lowering/elementwise.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * `|x|`, element by element.
 *
 * ```ts
 * abs(device.tensor([1, -2])); // [1, 2]
 * ```
 *
 * Shape and dtype of the result are those of `x`: float32, float64 and int32. The smallest int32 stays negative: it has no counterpart.
 *
 * @throws TensorError `dtype` for other dtypes
 * @see IEEE 754-2019, section 5.5.1
 */
export function abs(x: Tensor): Tensor {
  return applyUnary("abs", x, "signed");
}
