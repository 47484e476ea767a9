import { checkShape } from "../../core/shape.ts";
import {
  type ConvolutionAttributes,
  checkChannels,
  inOneFloat,
  withBias,
} from "../../lowering/convolution.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkFit, checkForm } from "../../lowering/fit.ts";
import { fusedResult } from "../../lowering/fused.ts";
import { contiguous } from "../../lowering/views.ts";
import {
  requireImages,
  type WindowOptions,
  windowAttributes,
  windowCounts,
  windowsOf,
} from "../../lowering/windows.ts";
import type { Tensor } from "../../tensor.ts";
import { matmul } from "../matrix/matmul.ts";
import { permute } from "../shape/permute.ts";
import { reshape } from "../shape/reshape.ts";

/** How a convolution moves, and what is added to it. */
export interface ConvolutionOptions extends WindowOptions {
  /** Into how many groups channels are divided that do not mix. Default: 1. */
  readonly groups?: number;
  /** One number per output channel. Default: none. */
  readonly bias?: Tensor;
}

/**
 * Each window of an image times each kernel, summed: `y[b, o, i, j] = sum over c, p, q of
 * x[b, c, i s + p d, j s + q d] w[o, c, p, q]` with stride s and dilation d. Cross-correlation, as everywhere in the
 * field.
 *
 * ```ts
 * // [1, 1, 3, 3] * [1, 1, 2, 2] -> [1, 1, 2, 2]
 * conv2d(device.ones([1, 1, 3, 3]), device.ones([1, 1, 2, 2])); // [[[[4, 4], [4, 4]]]]
 * ```
 *
 * `x` is `[B, C, H, W]`, `weight` `[O, C / groups, KH, KW]`, the result `[B, O, H', W']`; floats, of which the wider
 * is the result's. A fused kernel: a backend that lacks it gets the decomposition below, one copy of all windows and
 * one matrix product per group.
 *
 * @throws TensorError `shape` where a window or channels do not fit, `value` for options, `dtype`
 * @see torch.nn.functional.conv2d
 */
export function conv2d(x: Tensor, weight: Tensor, options: ConvolutionOptions = {}): Tensor {
  return convolved("conv2d", x, weight, options);
}

/** A convolution for an op that is named in what is refused. */
export function convolved(
  op: string,
  x: Tensor,
  weight: Tensor,
  { groups = 1, bias, ...window }: ConvolutionOptions,
): Tensor {
  const device = deviceOf(op, x, weight, ...(bias === undefined ? [] : [bias]));
  requireImages(op, x);
  checkForm(op, weight.rank === 4, "a weight [out, in / groups, height, width]", weight);
  checkChannels(op, x, x.shape[1], weight, groups);
  const attributes = { ...windowAttributes(op, window), groups };
  const [outChannels, , height, width] = weight.shape;
  const counts = windowCounts(op, x.shape, [height, width], attributes);
  const shape = [x.shape[0], outChannels, ...counts];
  checkShape(op, shape);
  if (bias !== undefined) checkFit(op, "the bias", bias, [outChannels], { weight });
  return device.scope(() => {
    const [images, kernels, shift] = inOneFloat(op, x, weight, bias);
    const inputs = shift === undefined ? ([images, kernels] as const) : ([images, kernels, shift] as const);
    const fusedAttributes = { ...attributes, activation: "none" } as const;
    return device.asOne(
      "conv2d",
      inputs,
      attributes,
      () =>
        fusedResult(op, "conv2d", images.dtype, shape, inputs, fusedAttributes) ??
        withBias(decomposed(op, images, kernels, attributes, counts), shift),
    );
  });
}

// Per group [O/G, C/G KH KW] x [C/G KH KW, B H' W'], then the batch moved to the front.
function decomposed(
  op: string,
  x: Tensor,
  weight: Tensor,
  attributes: ConvolutionAttributes,
  [countY, countX]: [number, number],
): Tensor {
  const { groups } = attributes;
  const [batch, channels] = x.shape;
  const [outChannels, perGroup, height, width] = weight.shape;
  const windows = windowsOf(op, x, [height, width], attributes, 0); // [B, C, KH, KW, H', W']
  const columns = reshape(permute(windows, [1, 2, 3, 0, 4, 5]), [
    groups,
    (channels / groups) * height * width,
    batch * countY * countX,
  ]);
  const rows = reshape(weight, [groups, outChannels / groups, perGroup * height * width]);
  const product = reshape(matmul(rows, columns), [outChannels, batch, countY, countX]);
  return contiguous(permute(product, [1, 0, 2, 3]));
}
