import { applyUnary } from "../../lowering/elementwise.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * The logistic function: `1 / (1 + e^-x)`, from 0 to 1.
 *
 * ```ts
 * sigmoid(device.tensor([0])); // [0.5]
 * ```
 *
 * Shape and dtype of the result are those of `x`: float32 and float64.
 *
 * @throws TensorError `dtype` for other dtypes
 * @see torch.sigmoid
 */
export function sigmoid(x: Tensor): Tensor {
  return applyUnary("sigmoid", x);
}
