import { deviceOf } from "../../lowering/device-of.ts";
import { applyReduce, type ReduceOptions } from "../../lowering/reduction.ts";
import type { Tensor } from "../../tensor.ts";
import { cast } from "../shape/cast.ts";

/**
 * The sum over the named axes, or over all.
 *
 * ```ts
 * sum(device.tensor([[1, 2], [3, 4]]), { axes: 0 }); // [4, 6]
 * ```
 *
 * The sum of nothing is 0; int32 wraps around, uint8 is summed as int32.
 *
 * @throws TensorError `axis`
 * @see torch.sum
 */
export function sum(x: Tensor, options: ReduceOptions = {}): Tensor {
  const device = deviceOf("sum", x);
  if (x.dtype === "uint8") return device.scope(() => applyReduce("sum", cast(x, "int32"), options));
  return applyReduce("sum", x, options);
}
