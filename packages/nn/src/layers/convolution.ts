import { type Shape, sizeOf, type Tensor } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";
import { checkCounts, checkSample, toldInput } from "./extents.ts";
import { drawsOf, type Initializer, kaimingUniform, zeros } from "./initializers.ts";
import type { Layer } from "./layer.ts";

/** What a convolution learns. */
export interface ConvolutionParameters {
  /** `[filters, C / groups, ...kernel]`; of a transposed convolution `[C, filters / groups, ...kernel]`. */
  readonly weight: Tensor;
  /** `[filters]`; absent where the layer was made without. */
  readonly bias?: Tensor;
}

/** What every convolution is told. */
export interface ConvolutionLayerOptions {
  /** How many kernels, which are the channels of the output. */
  readonly filters: number;
  /** Into how many groups channels are divided that do not mix; divides both channels and filters. Default: 1. */
  readonly groups?: number;
  /** Default: `kaimingUniform()`. */
  readonly weight?: Initializer;
  /** How the bias begins, or `false` for none. Default: `zeros`. */
  readonly bias?: Initializer | false;
}

/** What one kind of convolution is. */
interface Kind {
  /** `conv2d` */
  readonly kind: string;
  /** The extents of a kernel. */
  readonly size: readonly number[];
  readonly isTransposed?: boolean;
  /** What becomes of `[C, ...axes]`: the axes after it. Checks them. */
  extents(name: string, input: Shape): readonly number[];
  apply(x: Tensor, weight: Tensor, rest: { readonly groups: number; readonly bias?: Tensor }): Tensor;
}

/** A layer of that kind. @throws NnError `layer-size` for counts that no convolution has */
export function convolutionLayer(
  { filters, groups = 1, weight = kaimingUniform(), bias = zeros }: ConvolutionLayerOptions,
  { kind, size, isTransposed = false, extents, apply }: Kind,
): Layer<ConvolutionParameters> {
  const name = `${kind} ${size.join("x")} ${filters}`;
  checkCounts(`${kind}Layer`, { filters, groups });
  if (filters % groups !== 0) {
    throw new NnError(
      "layer-size",
      `${kind}Layer: ${groups} groups do not divide ${filters} filters. Change one of them.`,
    );
  }
  return {
    name,
    outputShape(input) {
      const after = extents(name, input);
      const advice = "Change groups, or the channels before it.";
      checkSample(name, input[0] % groups === 0, `whose channels ${groups} groups divide`, input, advice);
      return [filters, ...after];
    },
    initialize(device, dtype, start = {}) {
      const [channels] = toldInput(name, start.input);
      const draws = drawsOf(start);
      const [rows, columns] = isTransposed ? [channels, filters] : [filters, channels];
      const made = weight(device, [rows, columns / groups, ...size], dtype, `${name} weight`, draws);
      return bias === false
        ? { weight: made }
        : { weight: made, bias: bias(device, [filters], dtype, `${name} bias`, draws) };
    },
    apply: ({ weight: w, bias: b }, x) => apply(x, w, b === undefined ? { groups } : { groups, bias: b }),
    flops(input) {
      // Each number of the output takes C / groups kernels; transposed, each of the input gives to filters / groups.
      const places = isTransposed ? input.slice(1) : extents(name, input);
      return (2 * sizeOf(places) * sizeOf(size) * filters * input[0]) / groups;
    },
  };
}
