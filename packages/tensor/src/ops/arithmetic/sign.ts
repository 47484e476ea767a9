import { applyUnary } from "../../lowering/elementwise.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * 1 where `x` is positive, -1 where it is negative, 0 where it is 0; NaN stays NaN.
 *
 * ```ts
 * sign(device.tensor([3, 0, -2])); // [1, 0, -1]
 * ```
 *
 * Shape and dtype of the result are those of `x`: float32, float64 and int32.
 *
 * @throws TensorError `dtype` for other dtypes
 * @see torch.sign
 */
export function sign(x: Tensor): Tensor {
  return applyUnary("sign", x, "signed");
}
