import { convTranspose2d, type Pair } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";
import { type ConvolutionLayerOptions, type ConvolutionParameters, convolutionLayer } from "./convolution.ts";
import { checkCounts, checkSample } from "./extents.ts";
import type { Layer } from "./layer.ts";
import { checkImage, pairOf, windowNumbers } from "./windows.ts";

/** How a transposed convolution is made. */
export interface ConvTranspose2dOptions extends ConvolutionLayerOptions {
  /** Rows and columns of a kernel. */
  readonly kernelSize: Pair;
  /** How far apart what neighbouring pixels paint begins. Default: 1. */
  readonly stride?: Pair;
  /** Rows and columns that are cut off on every side. Default: 0. */
  readonly padding?: Pair;
  /** Rows and columns that the result has at its lower and right end beyond the smallest; less than the stride. Default: 0. */
  readonly outputPadding?: Pair;
  /** Default: 1. */
  readonly dilation?: Pair;
}

/**
 * Each pixel paints each kernel, times its value: `[C, H, W]` -> `[filters, H', W']` with
 * `H' = (H - 1) stride - 2 padding + dilation (KH - 1) + outputPadding + 1`. It makes images larger again.
 *
 * @throws NnError `layer-size`, `layer-shape` where nothing would be left or groups do not fit
 * @example
 * convTranspose2dLayer({ filters: 1, kernelSize: 2, stride: 2 }); // [8, 14, 14] -> [1, 28, 28]
 * @see torch.nn.ConvTranspose2d
 */
export function convTranspose2dLayer(options: ConvTranspose2dOptions): Layer<ConvolutionParameters> {
  const { size, ...moves } = windowNumbers("convTranspose2dLayer", options.kernelSize, options);
  const { stride, padding, dilation } = moves;
  const outputPadding = pairOf(options.outputPadding ?? 0);
  for (const i of [0, 1]) {
    checkCounts("convTranspose2dLayer", { outputPadding: outputPadding[i] }, 0);
    if (outputPadding[i] < Math.max(stride[i], dilation[i])) continue;
    throw new NnError(
      "layer-size",
      `convTranspose2dLayer: outputPadding ${outputPadding[i]} must be smaller than stride ${stride[i]} or dilation ${dilation[i]}.`,
    );
  }
  return convolutionLayer(options, {
    kind: "convTranspose2d",
    size,
    isTransposed: true,
    extents(name, input) {
      checkImage(name, input);
      const [rows, columns] = [0, 1].map(
        (i) =>
          (input[1 + i] - 1) * stride[i] -
          2 * padding[i] +
          dilation[i] * (size[i] - 1) +
          outputPadding[i] +
          1,
      );
      const advice = "Use less padding.";
      checkSample(name, rows >= 1 && columns >= 1, "of which something is left", input, advice);
      return [rows, columns];
    },
    apply: (x, weight, rest) => convTranspose2d(x, weight, { ...moves, ...rest, outputPadding }),
  });
}
