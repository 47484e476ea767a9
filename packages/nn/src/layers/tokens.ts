import { type Shape, sizeOf, type Tensor } from "@gradwerk/tensor";
import type { NoParameters } from "./activations.ts";
import { checkCounts, checkSample, toldInput } from "./extents.ts";
import { drawsOf, type Initializer, normal } from "./initializers.ts";
import type { Layer } from "./layer.ts";

/**
 * Images cut into squares, each of which is a token: `[C, H, W]` -> `[T, C size size]`, row by row.
 *
 * @param size of a square in pixels, which divides H and W
 * @throws NnError `layer-size`, `layer-shape`
 * @see A. Dosovitskiy et al., arXiv:2010.11929
 */
export function patches(size: number): Layer<NoParameters> {
  const name = `patches ${size}x${size}`;
  checkCounts("patches", { size });
  return {
    name,
    outputShape(input) {
      const fits = input.length === 3 && input[1] % size === 0 && input[2] % size === 0;
      checkSample(name, fits, `[C, H, W] that ${size} divides`, input, "Choose a size that divides both.");
      const [channels, rows, columns] = input;
      return [(rows / size) * (columns / size), channels * size * size];
    },
    initialize: () => [],
    apply(_, x) {
      const [batch, channels, rows, columns] = x.shape;
      const [down, across] = [rows / size, columns / size];
      return x
        .reshape([batch, channels, down, size, across, size])
        .permute([0, 2, 4, 1, 3, 5])
        .reshape([batch, down * across, channels * size * size]);
    },
  };
}

/**
 * Adds to each token what is learned for its place: `[T, E]` -> `[T, E]`.
 *
 * @param weight default: `normal(0.02)`
 */
export function positionalEmbedding(weight: Initializer = normal(0.02)): Layer<{ readonly weight: Tensor }> {
  const name = "positionalEmbedding";
  const checked = (input: Shape): Shape => {
    checkSample(name, input.length === 2, "[T, E]", input, "Reshape, so that tokens come first.");
    return input;
  };
  return {
    name,
    outputShape: checked,
    initialize: (device, dtype, start = {}) => ({
      weight: weight(device, checked(toldInput(name, start.input)), dtype, `${name} weight`, drawsOf(start)),
    }),
    apply: ({ weight: w }, x) => x.add(w),
    flops: sizeOf,
  };
}

/** The mean of all tokens: `[T, E]` -> `[E]`. */
export const meanOfTokens: Layer<NoParameters> = oneToken("meanOfTokens", (x) => x.mean({ axes: 1 }));

/** The last token, or the state after the last step: `[T, E]` -> `[E]`. */
export const lastToken: Layer<NoParameters> = oneToken("lastToken", (x) =>
  x.slice(1, x.shape[1] - 1, x.shape[1]).reshape([x.shape[0], x.shape[2]]),
);

function oneToken(name: string, apply: (x: Tensor) => Tensor): Layer<NoParameters> {
  return {
    name,
    outputShape(input) {
      checkSample(name, input.length === 2, "[T, E]", input, "Reshape, so that tokens come first.");
      return [input[1]];
    },
    initialize: () => [],
    apply: (_, x) => apply(x),
    flops: sizeOf,
  };
}
