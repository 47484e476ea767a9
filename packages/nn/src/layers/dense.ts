import { formatShape, linear, type Tensor } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";
import type { Initializer } from "./initializers.ts";
import type { Layer } from "./layer.ts";

/** What one tensor can hold. */
const maximumWeights = 2 ** 31 - 1;

/** What a dense layer learns. */
export interface DenseParameters {
  /** `[inputs, outputs]` */
  readonly weight: Tensor;
  /** `[outputs]` */
  readonly bias: Tensor;
}

/** How a dense layer is made: units on both sides, and how its parameters begin. */
export interface DenseOptions {
  readonly inputs: number;
  readonly outputs: number;
  readonly weight: Initializer;
  readonly bias: Initializer;
}

/**
 * A layer in which every input feeds every output: `x w + b`, without an activation.
 *
 * @throws NnError `layer-size` when inputs or outputs are not positive whole numbers, or too many; `layer-shape` when it is
 * applied to something other than `[B, inputs]`
 * @example
 * const layer = dense({ inputs: 784, outputs: 10, weight: numpyNormal(random), bias: ones });
 */
export function dense({ inputs, outputs, weight, bias }: DenseOptions): Layer<DenseParameters> {
  const name = `dense ${inputs} -> ${outputs}`;
  for (const [what, size] of [
    ["inputs", inputs],
    ["outputs", outputs],
  ] as const) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new NnError("layer-size", `dense: ${what} must be a whole number from 1 up, got ${size}.`);
    }
  }
  if (inputs * outputs > maximumWeights) {
    throw new NnError(
      "layer-size",
      `${name}: would have ${inputs * outputs} weights; the most is ${maximumWeights}. Give it fewer units.`,
    );
  }
  return {
    name,
    initialize: (device, dtype) => ({
      weight: weight(device, [inputs, outputs], dtype, `${name} weight`),
      bias: bias(device, [outputs], dtype, `${name} bias`),
    }),
    apply(parameters, x) {
      if (x.rank !== 2 || x.shape[1] !== inputs) {
        throw new NnError(
          "layer-shape",
          `${name}: needs a batch [B, ${inputs}], got ${formatShape(x.shape)}. Reshape the input, or change the layer's inputs.`,
        );
      }
      return linear(x, parameters.weight, parameters.bias);
    },
  };
}
