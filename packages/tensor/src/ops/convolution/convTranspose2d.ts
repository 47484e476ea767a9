import { checkShape, formatShape } from "../../core/shape.ts";
import { TensorError } from "../../errors.ts";
import {
  type ConvolutionAttributes,
  checkChannels,
  inOneFloat,
  withBias,
} from "../../lowering/convolution.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkFit, checkForm } from "../../lowering/fit.ts";
import { fusedResult } from "../../lowering/fused.ts";
import { checkWhole } from "../../lowering/options.ts";
import { asPair, type Pair, requireImages, windowAttributes } from "../../lowering/windows.ts";
import type { Tensor } from "../../tensor.ts";
import { flip } from "../shape/flip.ts";
import { pad } from "../shape/pad.ts";
import { permute } from "../shape/permute.ts";
import { reshape } from "../shape/reshape.ts";
import { slice } from "../shape/slice.ts";
import { type ConvolutionOptions, conv2d } from "./conv2d.ts";

/** How a transposed convolution moves. */
export interface TransposedConvolutionOptions extends ConvolutionOptions {
  /** Rows and columns that the result has at its lower and right end beyond the smallest size. Default: 0. */
  readonly outputPadding?: Pair;
}

/**
 * The transpose of `conv2d`: each element of `x` paints its kernel, times its value, onto the result. It is what
 * carries a gradient back through a convolution, and what makes images larger again.
 *
 * ```ts
 * convTranspose2d(device.tensor([[[[1, 2]]]]), device.ones([1, 1, 1, 2])); // [[[[1, 3, 2]]]]
 * ```
 *
 * `x` is `[B, O, H, W]`, `weight` `[O, C / groups, KH, KW]` as that of the convolution it transposes; the result
 * `[B, C, H', W']` with `H' = (H - 1) stride - 2 padding + dilation (KH - 1) + outputPadding + 1`. A fused kernel, as
 * `conv2dBackwardInput`; a backend that lacks it gets a convolution of the spread-out x with the turned kernels.
 *
 * @throws TensorError `shape` where channels do not fit or nothing is left, `value` for options, `dtype`
 * @see torch.nn.functional.conv_transpose2d
 */
export function convTranspose2d(
  x: Tensor,
  weight: Tensor,
  { groups = 1, bias, outputPadding = 0, ...window }: TransposedConvolutionOptions = {},
): Tensor {
  const device = deviceOf("convTranspose2d", x, weight, ...(bias === undefined ? [] : [bias]));
  requireImages("convTranspose2d", x);
  const attributes = { ...windowAttributes("convTranspose2d", window), groups };
  const extra = asPair("convTranspose2d", "outputPadding", outputPadding, 0);
  const isWeight = weight.rank === 4 && weight.shape[0] === x.shape[1] && !weight.shape.includes(0, 2);
  checkForm(
    "convTranspose2d",
    isWeight,
    "images [B, O, H, W] and a weight [O, C / groups, KH, KW]",
    x,
    weight,
  );
  // Before anything is multiplied with it.
  checkWhole("convTranspose2d", "groups", groups, 1);
  checkChannels("convTranspose2d", x, weight.shape[1] * groups, weight, groups);
  const size = [0, 1].map((i) => {
    const { stride, padding, dilation } = attributes;
    const spread = (x.shape[2 + i] - 1) * stride[i] + 1 + dilation[i] * (weight.shape[2 + i] - 1);
    return spread + extra[i] - 2 * padding[i];
  });
  const tooMuch = extra.findIndex(
    (rows, i) => rows >= Math.max(attributes.stride[i], attributes.dilation[i]),
  );
  if (tooMuch >= 0) {
    throw new TensorError(
      "value",
      `convTranspose2d: outputPadding ${extra.join(" x ")} must be smaller than stride ${attributes.stride.join(" x ")} or dilation.`,
    );
  }
  if (size[0] < 1 || size[1] < 1) {
    throw new TensorError(
      "shape",
      `convTranspose2d: nothing is left: images ${formatShape(x.shape)} become ${size.join(" x ")}. Use less padding.`,
    );
  }
  const shape = [x.shape[0], weight.shape[1] * groups, size[0], size[1]];
  checkShape("convTranspose2d", shape);
  if (bias !== undefined) checkFit("convTranspose2d", "the bias", bias, [shape[1]], { weight });
  return device.scope(() => {
    const [images, kernels, shift] = inOneFloat("convTranspose2d", x, weight, bias);
    const y = device.asOne(
      "convTranspose2d",
      [images, kernels],
      { ...attributes, outputPadding: extra },
      () =>
        fusedResult(
          "convTranspose2d",
          "conv2dBackwardInput",
          images.dtype,
          shape,
          [images, kernels],
          attributes,
        ) ?? decomposed(images, kernels, shape, attributes),
    );
    return withBias(y, shift);
  });
}

function decomposed(
  x: Tensor,
  weight: Tensor,
  [, channels, height, width]: readonly number[],
  { stride, padding, dilation, groups }: ConvolutionAttributes,
): Tensor {
  const [outChannels, perGroup, kernelHeight, kernelWidth] = weight.shape;
  // The border that makes a plain convolution give [height, width]; where it is negative, x is cut instead.
  const borders = [height, width].map((extent, i) => {
    const reach = dilation[i] * (weight.shape[2 + i] - 1);
    const before = reach - padding[i];
    const spread = (x.shape[2 + i] - 1) * stride[i] + 1;
    return [before, extent + reach - before - spread] as const;
  });
  const [[top, bottom], [left, right]] = borders;
  const grown = pad(x, [
    [0, 0],
    [0, 0],
    [Math.max(top, 0), Math.max(bottom, 0), stride[0] - 1],
    [Math.max(left, 0), Math.max(right, 0), stride[1] - 1],
  ]);
  const cut = cutBy(cutBy(grown, 2, top, bottom), 3, left, right);
  // [O, C/G, KH, KW] -> [C, O/G, KH, KW], each kernel turned by 180 degrees.
  const grouped = reshape(weight, [groups, outChannels / groups, perGroup, kernelHeight, kernelWidth]);
  const turned = reshape(flip(permute(grouped, [0, 2, 1, 3, 4]), [3, 4]), [
    channels,
    outChannels / groups,
    kernelHeight,
    kernelWidth,
  ]);
  return conv2d(cut, turned, { dilation, groups });
}

function cutBy(x: Tensor, axis: number, before: number, after: number): Tensor {
  return slice(x, axis, Math.max(-before, 0), x.shape[axis] - Math.max(-after, 0));
}
