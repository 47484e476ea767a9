import { conv1d } from "@gradwerk/tensor";
import { type ConvolutionLayerOptions, type ConvolutionParameters, convolutionLayer } from "./convolution.ts";
import { checkSample } from "./extents.ts";
import type { Layer } from "./layer.ts";
import { axisWindow, countAlong, leastAlong } from "./windows.ts";

/** How a convolution along one axis is made. */
export interface Conv1dOptions extends ConvolutionLayerOptions {
  readonly kernelSize: number;
  /** Default: 1. */
  readonly stride?: number;
  /** Zeros at both ends, or `"same"`: as many as keep the length at a stride of 1. Default: 0. */
  readonly padding?: number | "same";
  /** Default: 1. */
  readonly dilation?: number;
}

/**
 * Each window of a sequence times each kernel, summed: `[C, L]` -> `[filters, L']`, without an activation. Channels come
 * first, unlike in recurrent layers.
 *
 * @throws NnError `layer-size`, `layer-shape` where kernels or groups do not fit
 * @see torch.nn.Conv1d
 */
export function conv1dLayer(options: Conv1dOptions): Layer<ConvolutionParameters> {
  const { kernelSize, ...moves } = options;
  const window = axisWindow("conv1dLayer", { ...moves, size: kernelSize });
  const { size, stride, padding, dilation } = window;
  return convolutionLayer(options, {
    kind: "conv1d",
    size: [size],
    extents(name, input) {
      checkSample(name, input.length === 2, "[C, L]", input, "Put channels first, or reshape before it.");
      const count = countAlong(input[1], window);
      const advice = "Use a smaller window or more padding.";
      checkSample(name, count >= 1, `of at least ${leastAlong(window)} steps`, input, advice);
      return [count];
    },
    apply: (x, weight, rest) => conv1d(x, weight, { stride, padding, dilation, ...rest }),
  });
}
