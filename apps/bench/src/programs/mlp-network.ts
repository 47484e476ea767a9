import {
  type DenseParameters,
  dense,
  type Initializer,
  type Layer,
  type NoParameters,
  reluLayer,
  sequential,
  zeros,
} from "@gradwerk/nn";
import type { PackedWeight } from "../data/network.ts";
import { floatsOf } from "../data/packing.ts";

/** The network that `mlp` trains and `infer` asks, with given first weights. */
export function mlpWith(
  [inputs, hidden, outputs]: readonly number[],
  weights: readonly PackedWeight[],
): Layer<readonly [DenseParameters, NoParameters, DenseParameters]> {
  const given =
    (l: number): Initializer =>
    (device, shape) =>
      device.tensor(floatsOf(weights[l]), { shape });
  return sequential(
    dense({ inputs, outputs: hidden, weight: given(0), bias: zeros }),
    reluLayer,
    dense({ inputs: hidden, outputs, weight: given(1), bias: zeros }),
  );
}
