import { requireFloat } from "../../core/dtype.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import type { Tensor } from "../../tensor.ts";
import { div } from "./div.ts";

/**
 * One over `x`, element by element.
 *
 * ```ts
 * reciprocal(device.tensor([4, -0.5])); // [0.25, -2]
 * ```
 *
 * Shape and dtype of the result are those of `x`: float32 and float64. Infinite at 0.
 *
 * @throws TensorError `dtype` for other dtypes
 * @see torch.reciprocal
 */
export function reciprocal(x: Tensor): Tensor {
  deviceOf("reciprocal", x);
  requireFloat("reciprocal", x.dtype);
  return div(1, x);
}
