import { formatShape, sizeOf } from "../../core/shape.ts";
import { TensorError } from "../../errors.ts";
import { checkNormalization, type NormalizationOptions, standardized } from "../../lowering/normalization.ts";
import { checkWhole } from "../../lowering/options.ts";
import type { Tensor } from "../../tensor.ts";
import { add } from "../arithmetic/add.ts";
import { mul } from "../arithmetic/mul.ts";
import { reshape } from "../shape/reshape.ts";
import { perChannel } from "./batchNorm.ts";

/**
 * Groups of neighbouring channels of every sample brought to mean 0 and variance 1, then each channel scaled and
 * shifted.
 *
 * ```ts
 * groupNorm(device.tensor([[1, 3, 5, 5]]), 2, device.ones([4]), device.zeros([4]), { epsilon: 1e-5 }).shape; // [1, 4]
 * ```
 *
 * `x` is `[B, C, ...]`, `scale` and `shift` `[C]`; one float dtype. One group is layer, C groups are instance
 * normalisation. The variance is the biased one.
 *
 * @param groups divides C
 * @throws TensorError `shape`, `dtype`, `value`
 * @see Y. Wu, K. He, arXiv:1803.08494; torch.nn.functional.group_norm
 */
export function groupNorm(
  x: Tensor,
  groups: number,
  scale: Tensor,
  shift: Tensor,
  { epsilon = 1e-5 }: NormalizationOptions = {},
): Tensor {
  const device = checkNormalization("groupNorm", x, { scale, shift }, () => x.shape.slice(1, 2), epsilon);
  checkWhole("groupNorm", "groups", groups, 1);
  if (x.rank < 2 || x.shape[1] % groups !== 0) {
    throw new TensorError(
      "shape",
      `groupNorm: ${groups} groups do not divide the channels of ${formatShape(x.shape)}, which should be [B, C, ...].`,
    );
  }
  return device.scope(() => {
    const grouped = reshape(x, [x.shape[0], groups, (x.shape[1] / groups) * sizeOf(x.shape.slice(2))]);
    const even = reshape(standardized(grouped, [2], epsilon), x.shape);
    return add(mul(even, perChannel(scale, x)), perChannel(shift, x));
  });
}
