import { type PoolOptions, pool2d } from "../../lowering/pooling.ts";
import type { Pair } from "../../lowering/windows.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * The largest element of each window.
 *
 * ```ts
 * maxPool2d(device.tensor([[[[1, 2], [3, 4]]]]), 2); // [[[[4]]]]
 * ```
 *
 * `x` is `[B, C, H, W]`, float32 or float64, the result `[B, C, H', W']`. Padding is smaller than any number. A NaN in
 * a window gives NaN. The gradient goes to the first of equals. A fused kernel.
 *
 * @param size of the window, one number or `[vertical, horizontal]`
 * @throws TensorError `shape`, `dtype`, `value` for options, or padding over half the window
 * @see torch.nn.functional.max_pool2d
 */
export function maxPool2d(x: Tensor, size: Pair, options: PoolOptions = {}): Tensor {
  return pool2d("maxPool2d", "max", x, size, options);
}
