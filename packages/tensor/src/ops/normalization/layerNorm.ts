import { type Shape, sizeOf } from "../../core/shape.ts";
import type { Device } from "../../device.ts";
import { checkNormalization, type NormalizationOptions, standardized } from "../../lowering/normalization.ts";
import { contiguous, flattened } from "../../lowering/views.ts";
import type { Tensor } from "../../tensor.ts";
import { add } from "../arithmetic/add.ts";
import { mul } from "../arithmetic/mul.ts";

/** What the fused kernel found out going forward and needs going back, one number per sample. */
export interface LayerStatistics {
  readonly mean: Tensor;
  /** `1 / sqrt(variance + epsilon)` */
  readonly inverseDeviation: Tensor;
}

/**
 * Every sample brought to mean 0 and variance 1 over its last axes, then scaled and shifted:
 * `(x - mean) / sqrt(variance + epsilon) * scale + shift`.
 *
 * ```ts
 * layerNorm(device.tensor([[1, 3]]), device.ones([2]), device.zeros([2]), { epsilon: 0 }); // [[-1, 1]]
 * ```
 *
 * `x` is `[..., N]` with N of one axis or more, `scale` and `shift` `[N]`; one float dtype. The variance is the biased
 * one. A fused kernel: a backend that lacks it gets the formula in ops.
 *
 * @throws TensorError `shape`, `dtype`, `value` for an epsilon below 0
 * @see J. Ba, J. Kiros, G. Hinton, arXiv:1607.06450; torch.nn.functional.layer_norm
 */
export function layerNorm(
  x: Tensor,
  scale: Tensor,
  shift: Tensor,
  { epsilon = 1e-5 }: NormalizationOptions = {},
): Tensor {
  const normalized = (): Shape => x.shape.slice(Math.max(x.rank - Math.max(scale.rank, 1), 0));
  const device = checkNormalization("layerNorm", x, { scale, shift }, normalized, epsilon);
  if (!device.brings("layerNorm") || x.size === 0) {
    return device.asOne("layerNorm", [x, scale, shift], { epsilon, statistics: undefined }, () =>
      add(mul(standardized(x, normalizedAxes(x, scale), epsilon), scale), shift),
    );
  }
  const { recording } = device;
  const { y, statistics } = device.unrecorded(() => {
    const made = fused(device, x, scale, shift, epsilon);
    return recording ? made : { y: made.y, statistics: undefined };
  });
  return device.finish("layerNorm", [x, scale, shift], y, { epsilon, statistics });
}

function fused(
  device: Device,
  x: Tensor,
  scale: Tensor,
  shift: Tensor,
  epsilon: number,
): { y: Tensor; statistics: LayerStatistics } {
  const length = sizeOf(scale.shape);
  const rows = x.size / length;
  const y = device.allocate("layerNorm", x.dtype, x.shape);
  const mean = device.allocate("layerNorm", x.dtype, [rows]);
  const inverseDeviation = device.allocate("layerNorm", x.dtype, [rows]);
  device.runFused(
    "layerNorm",
    [flattened(y, [rows, length]), mean.view, inverseDeviation.view],
    [
      flattened(contiguous(x), [rows, length]),
      flattened(contiguous(scale), [length]),
      flattened(contiguous(shift), [length]),
    ],
    { epsilon },
  );
  return { y, statistics: { mean, inverseDeviation } };
}

/** The axes of x that a parameter of this shape stands for. */
export function normalizedAxes(x: Tensor, scale: Tensor): number[] {
  return scale.shape.map((_, axis) => x.rank - scale.rank + axis);
}
