import { TensorError } from "../../errors.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import type { Tensor } from "../../tensor.ts";
import { maximum } from "./maximum.ts";
import { minimum } from "./minimum.ts";

/**
 * `x` held between two numbers: `min(max(x, low), high)`.
 *
 * ```ts
 * clip(device.tensor([-3, 0.5, 3]), -1, 1); // [-1, 0.5, 1]
 * ```
 *
 * Any dtype; a bound that the dtype does not hold widens it, as in `add`. For one bound alone give an infinite other
 * one on floats, or use `maximum` and `minimum`. NaN stays NaN. At a bound itself the derivative is 1.
 *
 * @throws TensorError `value` when a bound is NaN or `low` exceeds `high`
 * @see torch.clamp
 */
export function clip(x: Tensor, low: number, high: number): Tensor {
  const device = deviceOf("clip", x);
  if (typeof low !== "number" || typeof high !== "number" || !(low <= high)) {
    throw new TensorError("value", `clip: needs numbers low <= high, got ${low} and ${high}. Swap them?`);
  }
  return device.asOne("clip", [x], { low, high }, () => minimum(maximum(x, low), high));
}
