import { deviceOf } from "../../lowering/device-of.ts";
import type { Tensor } from "../../tensor.ts";
import { notEqual } from "./notEqual.ts";

/**
 * Where `x` is NaN: 1, else 0, as uint8.
 *
 * ```ts
 * isnan(device.tensor([1, Number.NaN])); // [0, 1]
 * ```
 *
 * Any dtype and shape; integers are never NaN.
 *
 * @throws TensorError `use-after-free`
 * @see torch.isnan
 */
export function isnan(x: Tensor): Tensor {
  deviceOf("isnan", x);
  // NaN alone differs from itself.
  return notEqual(x, x);
}
