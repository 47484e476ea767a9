import { conv2d, type Pair, type Tensor } from "@gradwerk/tensor";
import { checkCounts, checkSample, toldInput } from "./extents.ts";
import { drawsOf, type Initializer, kaimingUniform, zeros } from "./initializers.ts";
import type { Layer } from "./layer.ts";
import { type LayerWindow, pairOf, windowNumbers, windowsIn } from "./windows.ts";

/** What a convolution learns. */
export interface ConvolutionParameters {
  /** `[filters, C / groups, height, width]` */
  readonly weight: Tensor;
  /** `[filters]`; absent where the layer was made without. */
  readonly bias?: Tensor;
}

/** How a convolution is made. */
export interface Conv2dOptions extends LayerWindow {
  /** How many kernels, which are the channels of the output. */
  readonly filters: number;
  /** Rows and columns of a kernel. */
  readonly kernelSize: Pair;
  /** Into how many groups channels are divided that do not mix. Default: 1. */
  readonly groups?: number;
  /** Default: `kaimingUniform()`. */
  readonly weight?: Initializer;
  /** How the bias begins, or `false` for none. Default: `zeros`. */
  readonly bias?: Initializer | false;
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
  const { filters, kernelSize, groups = 1, weight = kaimingUniform(), bias = zeros } = options;
  const name = `conv2d ${pairOf(kernelSize).join("x")} ${filters}`;
  checkCounts("conv2dLayer", { filters, groups });
  const window = windowNumbers("conv2dLayer", kernelSize, options, 1);
  const { size, ...moves } = window;
  return {
    name,
    outputShape(input) {
      const counts = windowsIn(name, input, window);
      const divides = input[0] % groups === 0 && filters % groups === 0;
      checkSample(
        name,
        divides,
        `whose channels ${groups} groups divide, as they must the filters`,
        input,
        "Change groups.",
      );
      return [filters, ...counts];
    },
    initialize(device, dtype, start = {}) {
      const [channels] = toldInput(name, start.input);
      const draws = drawsOf(start);
      const made = weight(device, [filters, channels / groups, ...size], dtype, `${name} weight`, draws);
      return bias === false
        ? { weight: made }
        : { weight: made, bias: bias(device, [filters], dtype, `${name} bias`, draws) };
    },
    apply: ({ weight: w, bias: b }, x) =>
      conv2d(x, w, { ...moves, groups, ...(b === undefined ? {} : { bias: b }) }),
    flops(input) {
      const [rows, columns] = windowsIn(name, input, window);
      return 2 * rows * columns * filters * (input[0] / groups) * size[0] * size[1];
    },
  };
}
