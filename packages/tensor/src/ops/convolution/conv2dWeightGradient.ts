import type { Shape } from "../../core/shape.ts";
import type { ConvolutionAttributes } from "../../lowering/convolution.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { fusedResult } from "../../lowering/fused.ts";
import type { Tensor } from "../../tensor.ts";
import { permute } from "../shape/permute.ts";
import { reshape } from "../shape/reshape.ts";
import { slice } from "../shape/slice.ts";
import { conv2d } from "./conv2d.ts";

/**
 * How the sum of a convolution's results, weighted by g, grows with each of its weights: the convolution of x with g
 * as the kernel. For gradient rules; there is no check, the rule's tensors fit.
 *
 * ```ts
 * // from g [B, O, H', W'] and x [B, C, H, W]: [O, C / groups, KH, KW]
 * conv2dWeightGradient(device.ones([1, 1, 2, 2]), device.ones([1, 1, 3, 3]), [1, 1, 2, 2], window); // [[[[4, 4], [4, 4]]]]
 * ```
 *
 * A fused kernel, as `conv2dBackwardWeight`. While a tape records, and where the backend lacks it, the composition
 * below, through which gradients flow again.
 *
 * @see torch.nn.grad.conv2d_weight
 */
export function conv2dWeightGradient(
  g: Tensor,
  x: Tensor,
  weightShape: Shape,
  { stride, padding, dilation, groups }: ConvolutionAttributes,
): Tensor {
  const device = deviceOf("conv2dWeightGradient", g, x);
  return device.scope(() => {
    const window = { stride, padding, dilation, groups };
    const fused =
      !device.recording &&
      fusedResult("conv2dWeightGradient", "conv2dBackwardWeight", x.dtype, weightShape, [g, x], window);
    if (fused) return fused;
    const [batch, channels, height, width] = x.shape;
    const [outChannels, perGroup, kernelHeight, kernelWidth] = weightShape;
    // x as C/G images with G B channels, g as G O/G kernels over B channels; stride and dilation change places.
    const images = reshape(
      permute(reshape(x, [batch, groups, channels / groups, height, width]), [2, 1, 0, 3, 4]),
      [perGroup, groups * batch, height, width],
    );
    const y = conv2d(images, permute(g, [1, 0, 2, 3]), {
      stride: dilation,
      padding,
      dilation: stride,
      groups,
    });
    const cut = slice(slice(y, 2, 0, kernelHeight), 3, 0, kernelWidth); // [C/G, O, KH, KW]
    return permute(reshape(cut, [perGroup, outChannels, kernelHeight, kernelWidth]), [1, 0, 2, 3]);
  });
}
