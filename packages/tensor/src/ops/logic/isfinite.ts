import { isFloat } from "../../core/dtype.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import type { Tensor } from "../../tensor.ts";
import { abs } from "../arithmetic/abs.ts";
import { equal } from "./equal.ts";
import { less } from "./less.ts";

/**
 * Where `x` is neither infinite nor NaN: 1, else 0, as uint8.
 *
 * ```ts
 * isfinite(device.tensor([1, Number.NaN, -Infinity])); // [1, 0, 0]
 * ```
 *
 * Any dtype and shape; integers are always finite.
 *
 * @throws TensorError `use-after-free`
 * @see torch.isfinite
 */
export function isfinite(x: Tensor): Tensor {
  const device = deviceOf("isfinite", x);
  if (!isFloat(x.dtype)) return equal(x, x);
  return device.scope(() => less(abs(x), Number.POSITIVE_INFINITY));
}
