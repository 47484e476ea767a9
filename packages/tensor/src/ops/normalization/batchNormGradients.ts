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
import { batchAxes, perChannel } from "./batchNorm.ts";

/**
 * The gradients of `batchNorm` by x, scale and shift. For its gradient rule; there is no check, the rule's tensors
 * fit.
 *
 * ```ts
 * // an even gradient moves nothing, since the mean is taken off
 * const x = device.tensor([[1], [3]]);
 * batchNormGradients(device.ones([2, 1]), x, device.ones([1]), { epsilon: 0, mean: x.mean({ axes: 0 }), variance: device.ones([1]) }).x; // [[0], [0]]
 * ```
 *
 * A fused kernel, as `batchNormBackward`. While a tape records, and where the backend lacks it, the formula in ops,
 * through which gradients flow again.
 *
 * @see torch.nn.functional.batch_norm
 */
export function batchNormGradients(
  g: Tensor,
  x: Tensor,
  scale: Tensor,
  { epsilon, mean, variance }: { readonly epsilon: number; readonly mean: Tensor; readonly variance: Tensor },
): NormalizationGradients {
  const device = deviceOf("batchNormGradients", g, x, scale);
  return device.scope(() => {
    if (device.brings("batchNormBackward") && !device.recording) {
      const made = {
        x: device.allocate("batchNormGradients", x.dtype, x.shape),
        scale: device.allocate("batchNormGradients", x.dtype, scale.shape),
        shift: device.allocate("batchNormGradients", x.dtype, scale.shape),
      };
      const shape = [x.shape[0], x.shape[1], sizeOf(x.shape.slice(2))];
      device.runFused(
        "batchNormBackward",
        [flattened(made.x, shape), made.scale.view, made.shift.view],
        [
          flattened(contiguous(g), shape),
          flattened(contiguous(x), shape),
          contiguous(scale).view,
          mean.view,
          variance.view,
        ],
        { epsilon },
      );
      return made;
    }
    const axes = batchAxes(x);
    return {
      x: standardizedGradient(mul(g, perChannel(scale, x)), x, axes, epsilon),
      scale: sum(mul(g, standardized(x, axes, epsilon)), { axes }),
      shift: sum(g, { axes }),
    };
  });
}
