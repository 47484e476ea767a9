import { requireFloat } from "../../core/dtype.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import type { Tensor } from "../../tensor.ts";
import { reciprocal } from "./reciprocal.ts";
import { sqrt } from "./sqrt.ts";

/**
 * One over the square root: `1 / sqrt(x)`.
 *
 * ```ts
 * rsqrt(device.tensor([4, 0.25])); // [0.5, 2]
 * ```
 *
 * Shape and dtype of the result are those of `x`: float32 and float64. Infinite at 0, NaN below.
 *
 * @throws TensorError `dtype` for other dtypes
 * @see torch.rsqrt
 */
export function rsqrt(x: Tensor): Tensor {
  const device = deviceOf("rsqrt", x);
  requireFloat("rsqrt", x.dtype);
  return device.scope(() => reciprocal(sqrt(x)));
}
