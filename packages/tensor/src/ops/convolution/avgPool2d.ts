import { deviceOf } from "../../lowering/device-of.ts";
import { type PoolOptions, pool2d } from "../../lowering/pooling.ts";
import type { Pair } from "../../lowering/windows.ts";
import type { Tensor } from "../../tensor.ts";
import { div } from "../arithmetic/div.ts";

/** How an averaging window moves, and what it counts. */
export interface AveragePoolOptions extends PoolOptions {
  /** Whether padding counts as zeros; else each mean is over the elements of the image alone. Default: true. */
  readonly countsPadding?: boolean;
}

/**
 * The mean of each window.
 *
 * ```ts
 * avgPool2d(device.tensor([[[[1, 2], [3, 4]]]]), 2); // [[[[2.5]]]]
 * ```
 *
 * `x` is `[B, C, H, W]`, float32 or float64, the result `[B, C, H', W']`. A fused kernel.
 *
 * @param size of the window, one number or `[vertical, horizontal]`
 * @throws TensorError `shape`, `dtype`, `value` for options, or padding over half the window
 * @see torch.nn.functional.avg_pool2d
 */
export function avgPool2d(
  x: Tensor,
  size: Pair,
  { countsPadding = true, ...options }: AveragePoolOptions = {},
): Tensor {
  if (countsPadding) return pool2d("avgPool2d", "average", x, size, options);
  return deviceOf("avgPool2d", x).scope(() => {
    const means = pool2d("avgPool2d", "average", x, size, options);
    // The share of each window that lies on the image.
    const image = x.device.ones([1, 1, ...x.shape.slice(2)], { dtype: x.dtype });
    return div(means, pool2d("avgPool2d", "average", image, size, options));
  });
}
