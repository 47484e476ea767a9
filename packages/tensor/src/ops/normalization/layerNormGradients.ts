import { sizeOf } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import {
  type NormalizationGradients,
  standardized,
  standardizedGradient,
} from "../../lowering/normalization.ts";
import { contiguous, flattened } from "../../lowering/views.ts";
import type { Tensor } from "../../tensor.ts";
import { mul } from "../arithmetic/mul.ts";
import { sum } from "../reduction/sum.ts";
import { type LayerStatistics, normalizedAxes } from "./layerNorm.ts";

/**
 * The gradients of `layerNorm` by x, scale and shift. For its gradient rule; there is no check, the rule's tensors
 * fit.
 *
 * ```ts
 * // an even gradient moves nothing, since the mean is taken off
 * layerNormGradients(device.ones([1, 2]), device.tensor([[1, 3]]), device.ones([2]), 0).x; // [[0, 0]]
 * ```
 *
 * A fused kernel, as `layerNormBackward`, for which the forward kernel kept its statistics. While a tape records, and
 * where the backend lacks it, the formula in ops, through which gradients flow again.
 *
 * @see torch.nn.functional.layer_norm
 */
export function layerNormGradients(
  g: Tensor,
  x: Tensor,
  scale: Tensor,
  epsilon: number,
  statistics?: LayerStatistics,
): NormalizationGradients {
  const device = deviceOf("layerNormGradients", g, x, scale);
  return device.scope(() => {
    if (statistics !== undefined && device.brings("layerNormBackward") && !device.recording) {
      const length = sizeOf(scale.shape);
      const rows = x.size / length;
      const made = {
        x: device.allocate("layerNormGradients", x.dtype, x.shape),
        scale: device.allocate("layerNormGradients", x.dtype, scale.shape),
        shift: device.allocate("layerNormGradients", x.dtype, scale.shape),
      };
      device.runFused(
        "layerNormBackward",
        [flattened(made.x, [rows, length]), flattened(made.scale, [length]), flattened(made.shift, [length])],
        [
          flattened(contiguous(g), [rows, length]),
          flattened(contiguous(x), [rows, length]),
          flattened(contiguous(scale), [length]),
          statistics.mean.view,
          statistics.inverseDeviation.view,
        ],
        {},
      );
      return made;
    }
    const axes = normalizedAxes(x, scale);
    const outer = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    return {
      x: standardizedGradient(mul(g, scale), x, axes, epsilon),
      scale: sum(mul(g, standardized(x, axes, epsilon)), { axes: outer }),
      shift: sum(g, { axes: outer }),
    };
  });
}
