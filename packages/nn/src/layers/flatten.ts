import { formatShape, type Shape, sizeOf } from "@gradwerk/tensor";
import type { NoParameters } from "./activations.ts";
import { checkSample } from "./extents.ts";
import type { Layer } from "./layer.ts";

/** All numbers of a sample in a row: `[C, H, W]` -> `[C H W]`. */
export const flatten: Layer<NoParameters> = {
  name: "flatten",
  outputShape: (input) => [sizeOf(input)],
  initialize: () => [],
  apply: (_, x) => x.reshape([x.shape[0], sizeOf(x.shape.slice(1))]),
};

/**
 * The numbers of a sample in another shape: `[784]` -> `[1, 28, 28]`.
 *
 * @param shape of one sample
 * @throws NnError `layer-shape` where samples hold another number of numbers
 */
export function reshapeLayer(shape: Shape): Layer<NoParameters> {
  const name = `reshape ${formatShape(shape)}`;
  const size = sizeOf(shape);
  return {
    name,
    outputShape(input) {
      checkSample(name, sizeOf(input) === size, `of ${size} numbers`, input, "Give a shape of as many.");
      return shape;
    },
    initialize: () => [],
    apply: (_, x) => x.reshape([x.shape[0], ...shape]),
  };
}
