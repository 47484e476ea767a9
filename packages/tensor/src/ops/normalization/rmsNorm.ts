import type { Shape } from "../../core/shape.ts";
import { checkNormalization, type NormalizationOptions } from "../../lowering/normalization.ts";
import type { Tensor } from "../../tensor.ts";
import { add } from "../arithmetic/add.ts";
import { mul } from "../arithmetic/mul.ts";
import { rsqrt } from "../arithmetic/rsqrt.ts";
import { square } from "../arithmetic/square.ts";
import { mean } from "../reduction/mean.ts";
import { normalizedAxes } from "./layerNorm.ts";

/**
 * Every sample brought to a mean square of 1 over its last axes, then scaled:
 * `x / sqrt(mean of x^2 + epsilon) * scale`.
 *
 * ```ts
 * rmsNorm(device.tensor([[3, -3]]), device.ones([2]), { epsilon: 0 }); // [[1, -1]]
 * ```
 *
 * `x` is `[..., N]` with N of one axis or more, `scale` `[N]`; one float dtype.
 *
 * @throws TensorError `shape`, `dtype`, `value` for an epsilon below 0
 * @see B. Zhang, R. Sennrich, arXiv:1910.07467; torch.nn.functional.rms_norm
 */
export function rmsNorm(x: Tensor, scale: Tensor, { epsilon = 1e-5 }: NormalizationOptions = {}): Tensor {
  const normalized = (): Shape => x.shape.slice(Math.max(x.rank - Math.max(scale.rank, 1), 0));
  const device = checkNormalization("rmsNorm", x, { scale }, normalized, epsilon);
  return device.scope(() => {
    const meanSquare = mean(square(x), { axes: normalizedAxes(x, scale), keepDims: true });
    return mul(mul(x, rsqrt(add(meanSquare, epsilon))), scale);
  });
}
