import { requireFloat } from "../../core/dtype.ts";
import { normalizeAxes } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import type { ReduceOptions } from "../../lowering/reduction.ts";
import type { Tensor } from "../../tensor.ts";
import { div } from "../arithmetic/div.ts";
import { sum } from "./sum.ts";

/**
 * The mean over the named axes, or over all: `sum(x) / n`.
 *
 * ```ts
 * mean(device.tensor([[1, 2], [3, 4]]), { axes: 0 }); // [2, 3]
 * ```
 *
 * float32 and float64. The mean of nothing is NaN.
 *
 * @throws TensorError `axis`, `dtype`
 * @see torch.mean
 */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  const device = deviceOf("mean", x);
  requireFloat("mean", x.dtype);
  const count = normalizeAxes("mean", options.axes, x.shape).reduce((n, axis) => n * x.shape[axis], 1);
  return device.scope(() => div(sum(x, options), count));
}
