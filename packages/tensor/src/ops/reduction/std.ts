import { deviceOf } from "../../lowering/device-of.ts";
import { sqrtWithFlatZero } from "../../lowering/roots.ts";
import type { Tensor } from "../../tensor.ts";
import { type VarianceOptions, varianceFor } from "./variance.ts";

/**
 * The standard deviation over the named axes, or over all: the square root of the variance.
 *
 * ```ts
 * std(device.tensor([1, 3]), { correction: 0 }); // 1
 * ```
 *
 * float32 and float64. The derivative is taken as 0 where the deviation is 0.
 *
 * @throws TensorError `axis`, `dtype`, `value`
 * @see torch.std
 */
export function std(x: Tensor, options: VarianceOptions = {}): Tensor {
  return deviceOf("std", x).scope(() => sqrtWithFlatZero(varianceFor("std", x, options)));
}
