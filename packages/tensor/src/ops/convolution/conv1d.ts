import { deviceOf } from "../../lowering/device-of.ts";
import { checkForm } from "../../lowering/fit.ts";
import type { Tensor } from "../../tensor.ts";
import { squeeze } from "../shape/squeeze.ts";
import { unsqueeze } from "../shape/unsqueeze.ts";
import { convolved } from "./conv2d.ts";

/** How a one-dimensional convolution moves, and what is added to it. */
export interface Convolution1dOptions {
  /** Default: 1. */
  readonly stride?: number;
  /** Zeros at both ends. Default: 0. */
  readonly padding?: number;
  /** Default: 1. */
  readonly dilation?: number;
  /** Default: 1. */
  readonly groups?: number;
  /** One number per output channel. Default: none. */
  readonly bias?: Tensor;
}

/**
 * A convolution along one axis: `conv2d` on images of height 1.
 *
 * ```ts
 * conv1d(device.tensor([[[1, 2, 4]]]), device.tensor([[[1, 1]]])); // [[[3, 6]]]
 * ```
 *
 * `x` is `[B, C, L]`, `weight` `[O, C / groups, K]`, the result `[B, O, L']`.
 *
 * @throws TensorError as `conv2d`
 * @see torch.nn.functional.conv1d
 */
export function conv1d(
  x: Tensor,
  weight: Tensor,
  { stride = 1, padding = 0, dilation = 1, ...rest }: Convolution1dOptions = {},
): Tensor {
  const device = deviceOf("conv1d", x, weight);
  checkForm(
    "conv1d",
    x.rank === 3 && weight.rank === 3,
    "x [batch, channels, length] and weight [out, in / groups, length]",
    x,
    weight,
  );
  return device.scope(() => {
    const options = { ...rest, stride: [1, stride], padding: [0, padding], dilation: [1, dilation] } as const;
    return squeeze(convolved("conv1d", unsqueeze(x, 2), unsqueeze(weight, 2), options), 2);
  });
}
