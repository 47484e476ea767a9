import { normalizeAxes } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import type { ReduceOptions } from "../../lowering/reduction.ts";
import { asTruth } from "../../lowering/truth.ts";
import type { Tensor } from "../../tensor.ts";
import { greater } from "../logic/greater.ts";
import { sum } from "./sum.ts";

/**
 * Whether it is true for at least one element over the named axes, or over all: 1 or 0, as uint8.
 *
 * ```ts
 * any(device.tensor([[0, 0], [0, 5]]), { axes: 1 }); // [0, 1]
 * ```
 *
 * Any dtype; everything but 0 is true, NaN too. Over nothing the answer is 0.
 *
 * @throws TensorError `axis`
 * @see torch.any
 */
export function any(x: Tensor, options: ReduceOptions = {}): Tensor {
  const device = deviceOf("any", x);
  const axes = normalizeAxes("any", options.axes, x.shape);
  return device.scope(() => greater(sum(asTruth(x), { ...options, axes }), 0));
}
