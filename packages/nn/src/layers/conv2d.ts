import { conv2d, type Pair } from "@gradwerk/tensor";
import { type ConvolutionLayerOptions, type ConvolutionParameters, convolutionLayer } from "./convolution.ts";
import type { Layer } from "./layer.ts";
import { type LayerWindow, windowNumbers, windowsIn } from "./windows.ts";

/** How a convolution is made. */
export interface Conv2dOptions extends LayerWindow, ConvolutionLayerOptions {
  /** Rows and columns of a kernel. */
  readonly kernelSize: Pair;
}

/**
 * Each window of an image times each kernel, summed: `[C, H, W]` -> `[filters, H', W']`, without an activation.
 *
 * @throws NnError `layer-size`, `layer-shape` where kernels or groups do not fit
 * @example
 * const model = network([1, 28, 28], conv2dLayer({ filters: 8, kernelSize: 5 }), reluLayer, flatten, dense({ outputs: 10 }));
 * @see torch.nn.Conv2d
 */
export function conv2dLayer(options: Conv2dOptions): Layer<ConvolutionParameters> {
  const window = windowNumbers("conv2dLayer", options.kernelSize, options);
  const { size, ...moves } = window;
  return convolutionLayer(options, {
    kind: "conv2d",
    size,
    extents: (name, input) => windowsIn(name, input, window),
    apply: (x, weight, rest) => conv2d(x, weight, { ...moves, ...rest }),
  });
}
