import { sizeOf } from "../../core/shape.ts";
import type { Device } from "../../device.ts";
import { checkForm } from "../../lowering/fit.ts";
import { checkNormalization, type NormalizationOptions, standardized } from "../../lowering/normalization.ts";
import { contiguous, flattened } from "../../lowering/views.ts";
import type { Tensor } from "../../tensor.ts";
import { add } from "../arithmetic/add.ts";
import { mul } from "../arithmetic/mul.ts";
import { rsqrt } from "../arithmetic/rsqrt.ts";
import { sub } from "../arithmetic/sub.ts";
import { mean } from "../reduction/mean.ts";
import { variance } from "../reduction/variance.ts";
import { reshape } from "../shape/reshape.ts";

/** What `batchNorm` gives: the result, and what it found out about this batch, one number per channel. */
export interface BatchNormalized {
  readonly output: Tensor;
  /** A constant to gradients, as is the variance. */
  readonly mean: Tensor;
  /** Biased: divided by the number of elements. */
  readonly variance: Tensor;
}

/**
 * Every channel brought to mean 0 and variance 1 over the batch and space, then scaled and shifted:
 * `(x - mean) / sqrt(variance + epsilon) * scale + shift`. For training.
 *
 * ```ts
 * batchNorm(device.tensor([[1], [3]]), device.ones([1]), device.zeros([1]), { epsilon: 0 }).output; // [[-1], [1]]
 * ```
 *
 * `x` is `[B, C, ...]`, `scale` and `shift` `[C]`; one float dtype. A fused kernel: a backend that lacks it gets the
 * formula in ops.
 *
 * @throws TensorError `shape`, also for an empty batch, `dtype`, `value` for an epsilon below 0
 * @see S. Ioffe, C. Szegedy, arXiv:1502.03167; torch.nn.functional.batch_norm with training=True
 */
export function batchNorm(
  x: Tensor,
  scale: Tensor,
  shift: Tensor,
  { epsilon = 1e-5 }: NormalizationOptions = {},
): BatchNormalized {
  const device = checkNormalization("batchNorm", x, { scale, shift }, () => x.shape.slice(1, 2), epsilon);
  const fits = x.rank >= 2 && x.size > 0;
  checkForm("batchNorm", fits, "a batch [B, C, ...] with at least one element per channel", x);
  const { output, ...statistics } = device.unrecorded(() =>
    device.brings("batchNorm")
      ? fused(device, x, scale, shift, epsilon)
      : decomposed(x, scale, shift, epsilon),
  );
  return {
    output: device.finish("batchNorm", [x, scale, shift], output, { epsilon, ...statistics }),
    ...statistics,
  };
}

/**
 * The same with a mean and a variance that are given, one number per channel: for inference, after training gathered
 * them.
 *
 * ```ts
 * const one = device.ones([1]);
 * batchNormInference(device.tensor([[5]]), one, one, device.tensor([3]), device.tensor([4]), { epsilon: 0 }); // [[2]]
 * ```
 *
 * @throws TensorError `shape`, `dtype`, `value`
 * @see torch.nn.functional.batch_norm with training=False
 */
export function batchNormInference(
  x: Tensor,
  scale: Tensor,
  shift: Tensor,
  mean: Tensor,
  variance: Tensor,
  { epsilon = 1e-5 }: NormalizationOptions = {},
): Tensor {
  const parameters = { scale, shift, mean, variance };
  const device = checkNormalization("batchNormInference", x, parameters, () => x.shape.slice(1, 2), epsilon);
  checkForm("batchNormInference", x.rank >= 2, "a batch [B, C, ...]", x);
  return device.scope(() => {
    const factor = mul(scale, rsqrt(add(variance, epsilon)));
    const centred = sub(x, perChannel(mean, x));
    return add(mul(centred, perChannel(factor, x)), perChannel(shift, x));
  });
}

function decomposed(x: Tensor, scale: Tensor, shift: Tensor, epsilon: number): BatchNormalized {
  const axes = batchAxes(x);
  const scaled = mul(standardized(x, axes, epsilon), perChannel(scale, x));
  return {
    output: add(scaled, perChannel(shift, x)),
    mean: mean(x, { axes }),
    variance: variance(x, { axes, correction: 0 }),
  };
}

function fused(device: Device, x: Tensor, scale: Tensor, shift: Tensor, epsilon: number): BatchNormalized {
  const [output, mean, variance] = [x.shape, scale.shape, scale.shape].map((shape) =>
    device.allocate("batchNorm", x.dtype, shape),
  );
  const shape = [x.shape[0], x.shape[1], sizeOf(x.shape.slice(2))];
  device.runFused(
    "batchNorm",
    [flattened(output, shape), mean.view, variance.view],
    [flattened(contiguous(x), shape), contiguous(scale).view, contiguous(shift).view],
    { epsilon },
  );
  return { output, mean, variance };
}

/** All axes but that of the channels. */
export function batchAxes(x: Tensor): number[] {
  return x.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
}

/** One number per channel as it broadcasts against x. */
export function perChannel(values: Tensor, x: Tensor): Tensor {
  return reshape(values, [values.shape[0], ...x.shape.slice(2).map(() => 1)]);
}
