import { deviceOf } from "../../lowering/device-of.ts";
import type { Tensor } from "../../tensor.ts";
import { mul } from "./mul.ts";

/**
 * `x * x`, element by element.
 *
 * ```ts
 * square(device.tensor([-3, 2])); // [9, 4]
 * ```
 *
 * @throws TensorError `use-after-free`
 * @see torch.square
 */
export function square(x: Tensor): Tensor {
  deviceOf("square", x);
  return mul(x, x);
}
