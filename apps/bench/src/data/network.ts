import { NumpyRandom } from "@gradwerk/tensor/random";
import { base64 } from "./packing.ts";

/** The first weights of a dense layer: float32 in base64, `[inputs, outputs]`. Biases begin as zeros. */
export type PackedWeight = string;

/** Weights for a network with ReLU between its layers: normal with variance 2 / inputs, the same for every system. */
export function firstWeights(seed: number, shapes: readonly (readonly [number, number])[]): PackedWeight[] {
  const random = new NumpyRandom(seed);
  return shapes.map(([inputs, outputs]) =>
    base64(Float32Array.from(random.normal(0, Math.sqrt(2 / inputs), inputs * outputs))),
  );
}
