import { requireFloat } from "../../core/dtype.ts";
import { normalizeAxes } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import type { ReduceOptions } from "../../lowering/reduction.ts";
import type { Tensor } from "../../tensor.ts";
import { add } from "../arithmetic/add.ts";
import { exp } from "../arithmetic/exp.ts";
import { log } from "../arithmetic/log.ts";
import { sub } from "../arithmetic/sub.ts";
import { isfinite } from "../logic/isfinite.ts";
import { where } from "../logic/where.ts";
import { reshape } from "../shape/reshape.ts";
import { max } from "./max.ts";
import { sum } from "./sum.ts";

/**
 * A soft maximum over the named axes, or over all: `ln(sum of e^x)`.
 *
 * ```ts
 * logsumexp(device.tensor([1000, 0])); // 1000
 * ```
 *
 * float32 and float64. The largest element is subtracted first, so that nothing overflows. Of nothing it is
 * -Infinity, of an infinity that infinity.
 *
 * @throws TensorError `axis`, `dtype`
 * @see torch.logsumexp
 */
export function logsumexp(x: Tensor, options: ReduceOptions = {}): Tensor {
  const device = deviceOf("logsumexp", x);
  requireFloat("logsumexp", x.dtype);
  const axes = normalizeAxes("logsumexp", options.axes, x.shape);
  const keepDims = options.keepDims ?? false;
  return device.asOne("logsumexp", [x], { axes, keepDims }, () => {
    const kept = { axes, keepDims: true };
    if (axes.some((axis) => x.shape[axis] === 0)) return log(sum(x, { axes, keepDims }));
    const largest = max(x, kept);
    // An infinite largest element would leave infinity minus infinity.
    const shift = where(isfinite(largest), largest, 0);
    const total = add(log(sum(exp(sub(x, shift)), kept)), shift);
    return keepDims
      ? total
      : reshape(
          total,
          x.shape.filter((_, axis) => !axes.includes(axis)),
        );
  });
}
