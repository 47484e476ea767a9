import { formatShape, type Shape } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";
import type { Layer } from "./layer.ts";
import { type LayersOf, type SequentialParameters, sequential } from "./sequential.ts";

/** A network whose shapes are known: it was checked from the first layer to the last. */
export interface Network<Parameters> extends Layer<Parameters> {
  /** The shape of one sample: `[784]`, or `[1, 28, 28]`. */
  readonly input: Shape;
  /** The shape of what comes out for it. */
  readonly output: Shape;
}

/**
 * Builds a network: layers one after the other, for samples of a given shape. Layers that were not told their sizes
 * take them from the layer before.
 *
 * @param input the shape of one sample, without the axis of the batch
 * @throws NnError `layer-shape` where a layer does not fit the one before: which, the shapes, and what would fit
 * @example
 * const model = network([784], dense({ outputs: 128 }), reluLayer, dense({ outputs: 10 }));
 * const parameters = model.initialize(device, "float32", { seed: 7 });
 * model.apply(parameters, images); // [B, 784] -> [B, 10]
 */
export function network<const Parameters extends readonly unknown[]>(
  input: Shape,
  ...layers: LayersOf<Parameters>
): Network<SequentialParameters<Parameters>> {
  if (input.length === 0 || input.some((extent) => !Number.isSafeInteger(extent) || extent < 1)) {
    throw new NnError(
      "layer-shape",
      `network: the shape of one sample must be whole numbers from 1 up, got ${formatShape(input)}. Leave the batch away.`,
    );
  }
  const whole = sequential(...layers);
  const output = outputOf(input, layers);
  return {
    ...whole,
    input,
    output,
    initialize: (device, dtype, start) => whole.initialize(device, dtype, { ...start, input }),
  };
}

function outputOf(input: Shape, layers: readonly Layer<unknown>[]): Shape {
  return layers.reduce((shape, layer, i) => {
    try {
      return layer.outputShape(shape);
    } catch (error) {
      if (!(error instanceof NnError)) throw error;
      const before = i === 0 ? "samples" : `${layers[i - 1].name} (layer ${i - 1})`;
      throw new NnError(
        error.code,
        `network: layer ${i} does not fit. It gets ${formatShape(shape)} from ${before}. ${error.message}`,
      );
    }
  }, input);
}
