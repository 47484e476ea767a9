import { deviceOf } from "../../lowering/device-of.ts";
import type { Tensor } from "../../tensor.ts";
import { equal } from "./equal.ts";

/**
 * Where `x` is false (is 0): 1, else 0, as uint8.
 *
 * ```ts
 * logicalNot(device.tensor([0, 1, -2])); // [1, 0, 0]
 * ```
 *
 * Any dtype and shape; NaN counts as true.
 *
 * @throws TensorError `use-after-free`
 * @see torch.logical_not
 */
export function logicalNot(x: Tensor): Tensor {
  deviceOf("logicalNot", x);
  return equal(x, 0);
}
