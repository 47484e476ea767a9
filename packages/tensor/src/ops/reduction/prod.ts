import { deviceOf } from "../../lowering/device-of.ts";
import { applyReduce, type ReduceOptions } from "../../lowering/reduction.ts";
import type { Tensor } from "../../tensor.ts";
import { cast } from "../shape/cast.ts";

/**
 * The product over the named axes, or over all.
 *
 * ```ts
 * prod(device.tensor([2, 3, 4])); // 24
 * ```
 *
 * The product of nothing is 1; int32 wraps around, uint8 is multiplied as int32.
 *
 * @throws TensorError `axis`
 * @see torch.prod
 */
export function prod(x: Tensor, options: ReduceOptions = {}): Tensor {
  const device = deviceOf("prod", x);
  if (x.dtype === "uint8") return device.scope(() => applyReduce("prod", cast(x, "int32"), options));
  return applyReduce("prod", x, options);
}
