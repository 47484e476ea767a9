import type { Pool2dAttributes } from "../../backend.ts";
import { sizeOf } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { fusedResult } from "../../lowering/fused.ts";
import { windowCounts, windowsOf } from "../../lowering/windows.ts";
import type { Tensor } from "../../tensor.ts";
import { div } from "../arithmetic/div.ts";
import { scatterAddRows } from "../indexing/scatterAddRows.ts";
import { equal } from "../logic/equal.ts";
import { isnan } from "../logic/isnan.ts";
import { logicalAnd } from "../logic/logicalAnd.ts";
import { logicalOr } from "../logic/logicalOr.ts";
import { where } from "../logic/where.ts";
import { argmax } from "../reduction/argmax.ts";
import { max } from "../reduction/max.ts";
import { expand } from "../shape/expand.ts";
import { permute } from "../shape/permute.ts";
import { reshape } from "../shape/reshape.ts";
import { slice } from "../shape/slice.ts";
import { unsqueeze } from "../shape/unsqueeze.ts";

/**
 * How the sum of pooled values, weighted by g, grows with each element of x: g laid back onto the elements it came
 * from. For gradient rules; there is no check, the rule's tensors fit.
 *
 * ```ts
 * pool2dGradient(device.ones([1, 1, 1, 1]), device.tensor([[[[1, 2], [3, 4]]]]), pooling); // [[[[0, 0], [0, 1]]]]
 * ```
 *
 * A fused kernel, as `pool2dBackward`. While a tape records, and where the backend lacks it, the composition below,
 * through which gradients flow again.
 *
 * @see torch.nn.functional.max_pool2d
 */
export function pool2dGradient(g: Tensor, x: Tensor, attributes: Pool2dAttributes): Tensor {
  const device = deviceOf("pool2dGradient", g, x);
  return device.scope(() => {
    const fused =
      !device.recording &&
      fusedResult("pool2dGradient", "pool2dBackward", x.dtype, x.shape, [g, x], attributes);
    if (fused) return fused;
    const [batch, channels, countY, countX] = g.shape;
    const places = sizeOf(attributes.size);
    // One share of g for each place of each window: [B, C, KH KW, H', W'].
    const spread = expand(unsqueeze(g, 2), [batch, channels, places, countY, countX]);
    const shares =
      attributes.op === "max" ? where(firstLargest(x, attributes), spread, 0) : div(spread, places);
    return laidBack(shares, x, attributes);
  });
}

// 1 at the first largest element of each window, else 0. NaN is the largest; padding is less than minus infinity.
function firstLargest(x: Tensor, attributes: Pool2dAttributes): Tensor {
  const { device } = x;
  return device.unrecorded(() => {
    const places = sizeOf(attributes.size);
    const flatWindows = (image: Tensor, paddingValue: number): Tensor => {
      const windows = windowsOf("pool2dGradient", image, attributes.size, attributes, paddingValue);
      const [batch, channels, , , countY, countX] = windows.shape;
      return reshape(windows, [batch, channels, places, countY, countX]);
    };
    const values = flatWindows(x, Number.NEGATIVE_INFINITY);
    const isLargest = logicalOr(equal(values, max(values, { axes: 2, keepDims: true })), isnan(values));
    const [, , height, width] = x.shape;
    const isPixel = flatWindows(device.ones([1, 1, height, width], { dtype: "uint8" }), 0);
    const first = argmax(logicalAnd(isLargest, isPixel), 2);
    const numbers = reshape(device.arange(places), [places, 1, 1]);
    return equal(unsqueeze(first, 2), numbers);
  });
}

// Values of windows [B, C, KH KW, H', W'] added up where they lie in the image.
function laidBack(shares: Tensor, x: Tensor, attributes: Pool2dAttributes): Tensor {
  const { device } = x;
  const { stride, padding, dilation, size } = attributes;
  const [batch, channels, height, width] = x.shape;
  const [countY, countX] = windowCounts("pool2dGradient", x.shape, size, attributes);
  const [paddedHeight, paddedWidth] = [height + 2 * padding[0], width + 2 * padding[1]];
  const pixels: number[] = [];
  for (let p = 0; p < size[0]; p++) {
    for (let q = 0; q < size[1]; q++) {
      for (let i = 0; i < countY; i++) {
        for (let j = 0; j < countX; j++) {
          pixels.push((i * stride[0] + p * dilation[0]) * paddedWidth + j * stride[1] + q * dilation[1]);
        }
      }
    }
  }
  const indices = device.tensor(Int32Array.from(pixels));
  const rows = reshape(permute(shares, [2, 3, 4, 0, 1]), [pixels.length, batch * channels]);
  const blank = device.zeros([paddedHeight * paddedWidth, batch * channels], { dtype: x.dtype });
  const image = reshape(scatterAddRows(blank, indices, rows), [paddedHeight, paddedWidth, batch, channels]);
  const inner = slice(slice(image, 0, padding[0], padding[0] + height), 1, padding[1], padding[1] + width);
  return permute(inner, [2, 3, 0, 1]);
}
