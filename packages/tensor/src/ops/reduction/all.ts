import { normalizeAxes } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import type { ReduceOptions } from "../../lowering/reduction.ts";
import type { Tensor } from "../../tensor.ts";
import { equal } from "../logic/equal.ts";
import { logicalNot } from "../logic/logicalNot.ts";
import { sum } from "./sum.ts";

/**
 * Whether it is true for every element over the named axes, or over all: 1 or 0, as uint8.
 *
 * ```ts
 * all(device.tensor([[0, 1], [2, 5]]), { axes: 1 }); // [0, 1]
 * ```
 *
 * Any dtype; everything but 0 is true, NaN too. Over nothing the answer is 1.
 *
 * @throws TensorError `axis`
 * @see torch.all
 */
export function all(x: Tensor, options: ReduceOptions = {}): Tensor {
  const device = deviceOf("all", x);
  const axes = normalizeAxes("all", options.axes, x.shape);
  return device.scope(() => equal(sum(logicalNot(x), { ...options, axes }), 0));
}
