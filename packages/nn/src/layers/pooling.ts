import { avgPool2d, maxPool2d, type Pair, sizeOf, type Tensor } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";
import type { NoParameters } from "./activations.ts";
import { checkSample } from "./extents.ts";
import type { Layer } from "./layer.ts";
import { type LayerWindow, pairOf, windowNumbers, windowsIn } from "./windows.ts";

/** How a pooling layer is made. */
export interface PoolingOptions extends Omit<LayerWindow, "padding"> {
  readonly padding?: Pair;
}

/**
 * The largest number of each window: `[C, H, W]` -> `[C, H', W']`. Without a stride windows lie side by side.
 *
 * @throws NnError `layer-size`, `layer-shape`
 * @see torch.nn.MaxPool2d
 */
export function maxPool2dLayer(kernelSize: Pair, options: PoolingOptions = {}): Layer<NoParameters> {
  return pooling("maxPool2d", kernelSize, options, maxPool2d);
}

/**
 * The mean of each window: `[C, H, W]` -> `[C, H', W']`. Without a stride windows lie side by side.
 *
 * @throws NnError `layer-size`, `layer-shape`
 * @see torch.nn.AvgPool2d
 */
export function avgPool2dLayer(
  kernelSize: Pair,
  options: Omit<PoolingOptions, "dilation"> = {},
): Layer<NoParameters> {
  return pooling("avgPool2d", kernelSize, options, avgPool2d);
}

/**
 * The mean of each channel: `[C, H, W]`, or `[C, L]`, -> `[C]`.
 *
 * @see torch.nn.AdaptiveAvgPool2d with an output of 1
 */
export const globalAveragePool: Layer<NoParameters> = globalPooling("globalAveragePool", (x) =>
  x.mean({ axes: 2 }),
);

/**
 * The largest number of each channel: `[C, H, W]`, or `[C, L]`, -> `[C]`. Equals share the gradient.
 *
 * @see torch.amax
 */
export const globalMaxPool: Layer<NoParameters> = globalPooling("globalMaxPool", (x) => x.max({ axes: 2 }));

function pooling(
  kind: string,
  kernelSize: Pair,
  options: LayerWindow,
  pool: (x: Tensor, size: Pair, options: object) => Tensor,
): Layer<NoParameters> {
  const name = `${kind} ${pairOf(kernelSize).join("x")}`;
  const window = windowNumbers(`${kind}Layer`, kernelSize, {
    ...options,
    stride: options.stride ?? kernelSize,
  });
  const { size, stride, padding, dilation } = window;
  if (padding.some((zeros, i) => zeros > size[i] / 2)) {
    throw new NnError(
      "layer-size",
      `${kind}Layer: padding ${padding.join(" x ")} exceeds half of the window ${size.join(" x ")}. Use less padding.`,
    );
  }
  const moves = kind === "maxPool2d" ? { stride, padding, dilation } : { stride, padding };
  return {
    name,
    outputShape: (input) => [input[0], ...windowsIn(name, input, window)],
    initialize: () => [],
    apply: (_, x) => pool(x, size, moves),
    flops(input) {
      const [rows, columns] = windowsIn(name, input, window);
      return input[0] * rows * columns * size[0] * size[1];
    },
  };
}

function globalPooling(name: string, pool: (x: Tensor) => Tensor): Layer<NoParameters> {
  return {
    name,
    outputShape(input) {
      checkSample(name, input.length >= 2, "[C, ...]", input, "It pools what follows the channels.");
      return [input[0]];
    },
    initialize: () => [],
    apply: (_, x) => pool(x.reshape([x.shape[0], x.shape[1], sizeOf(x.shape.slice(2))])),
    flops: sizeOf,
  };
}
