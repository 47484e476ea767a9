import { formatShape, linear, sizeOf, type Tensor } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";
import { drawsOf, type Initializer, kaimingUniform, zeros } from "./initializers.ts";
import type { Layer } from "./layer.ts";
import { pyTorchNames } from "./py-torch-form.ts";

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
  /** Default: as many as the layer before gives. */
  readonly inputs?: number;
  readonly outputs: number;
  /** Default: `kaimingUniform()`. */
  readonly weight?: Initializer;
  /** Default: `zeros`. */
  readonly bias?: Initializer;
}

/**
 * A layer in which every input feeds every output: `x w + b`, without an activation. Of samples with several axes it works
 * on the last.
 *
 * @throws NnError `layer-size` when inputs or outputs are not positive whole numbers, or too many; `layer-shape` when it is
 * applied to something other than `[B, ..., inputs]`
 * @example
 * const layer = dense({ inputs: 784, outputs: 10, weight: numpyNormal(random), bias: ones });
 */
export function dense({
  inputs,
  outputs,
  weight = kaimingUniform(),
  bias = zeros,
}: DenseOptions): Layer<DenseParameters> {
  const name = inputs === undefined ? `dense ${outputs}` : `dense ${inputs} -> ${outputs}`;
  if (inputs !== undefined) checkUnits("inputs", inputs);
  checkUnits("outputs", outputs);
  checkWeights(name, (inputs ?? 1) * outputs);
  return {
    name,
    outputShape(input) {
      const given = input[input.length - 1];
      if (input.length === 0 || given !== (inputs ?? given)) {
        throw new NnError(
          "layer-shape",
          `${name}: needs samples [${inputs ?? "units"}], got ${formatShape(input)}. Change the layer's inputs, or flatten before it.`,
        );
      }
      return [...input.slice(0, -1), outputs];
    },
    initialize(device, dtype, start = {}) {
      const units = inputs ?? start.input?.at(-1);
      if (units === undefined) {
        throw new NnError(
          "layer-size",
          `${name}: how many inputs? Say it, or put the layer into a network, which knows.`,
        );
      }
      checkWeights(`dense ${units} -> ${outputs}`, units * outputs);
      const draws = drawsOf(start);
      return {
        weight: weight(device, [units, outputs], dtype, `dense ${units} -> ${outputs} weight`, draws),
        bias: bias(device, [outputs], dtype, `dense ${units} -> ${outputs} bias`, draws),
      };
    },
    apply({ weight: w, bias: b }, x) {
      const [units] = w.shape;
      if (x.rank < 2 || x.shape[x.rank - 1] !== units) {
        throw new NnError(
          "layer-shape",
          `${name}: needs a batch [B, ${units}], got ${formatShape(x.shape)}. Reshape the input, or change the layer's inputs.`,
        );
      }
      return linear(x, w, b);
    },
    pyTorch: pyTorchNames({ weight: { axes: [1, 0] } }),
    flops: (input) => 2 * sizeOf(input) * outputs,
  };
}

function checkUnits(what: string, units: number): void {
  if (Number.isSafeInteger(units) && units >= 1) return;
  throw new NnError("layer-size", `dense: ${what} must be a whole number from 1 up, got ${units}.`);
}

function checkWeights(name: string, weights: number): void {
  if (weights <= maximumWeights) return;
  throw new NnError(
    "layer-size",
    `${name}: would have ${weights} weights; the most is ${maximumWeights}. Give it fewer units.`,
  );
}
