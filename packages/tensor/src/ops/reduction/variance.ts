import { requireFloat } from "../../core/dtype.ts";
import { normalizeAxes } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkNumber } from "../../lowering/options.ts";
import type { ReduceOptions } from "../../lowering/reduction.ts";
import type { Tensor } from "../../tensor.ts";
import { div } from "../arithmetic/div.ts";
import { square } from "../arithmetic/square.ts";
import { sub } from "../arithmetic/sub.ts";
import { mean } from "./mean.ts";
import { sum } from "./sum.ts";

/** How `variance` and `std` count. */
export interface VarianceOptions extends ReduceOptions {
  /** What is taken off the number of elements before dividing by it. Default: 1, the unbiased estimate. */
  readonly correction?: number;
}

/**
 * The variance over the named axes, or over all: `sum((x - mean)^2) / (n - correction)`.
 *
 * ```ts
 * variance(device.tensor([1, 2, 3, 4]), { correction: 0 }); // 1.25
 * ```
 *
 * float32 and float64. Called `variance` because `var` is a word of the language. Where the correction leaves nothing
 * to divide by, it is NaN for equal elements and infinite for others, never negative.
 *
 * @throws TensorError `axis`, `dtype`, `value`
 * @see torch.var
 */
export function variance(x: Tensor, options: VarianceOptions = {}): Tensor {
  return varianceFor("variance", x, options);
}

/** The variance for an op that is named in what is refused. */
export function varianceFor(op: string, x: Tensor, { correction = 1, ...options }: VarianceOptions): Tensor {
  const device = deviceOf(op, x);
  requireFloat(op, x.dtype);
  checkNumber(op, "correction", correction);
  const axes = normalizeAxes(op, options.axes, x.shape);
  const count = axes.reduce((n, axis) => n * x.shape[axis], 1);
  return device.scope(() => {
    const deviations = sub(x, mean(x, { axes, keepDims: true }));
    return div(sum(square(deviations), { ...options, axes }), Math.max(count - correction, 0));
  });
}
