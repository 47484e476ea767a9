import { deviceOf } from "../../lowering/device-of.ts";
import { viewed } from "../../lowering/views.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * The same elements, through which no gradient flows back: a tape sees a constant. No element is copied.
 *
 * ```ts
 * stopGradient(device.tensor([1, 2])); // [1, 2]
 * ```
 *
 * @throws TensorError `use-after-free`
 * @see torch.Tensor.detach, jax.lax.stop_gradient
 */
export function stopGradient(x: Tensor): Tensor {
  deviceOf("stopGradient", x);
  return viewed(x, x.layout);
}
