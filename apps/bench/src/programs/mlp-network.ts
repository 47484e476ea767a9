import {
  type DenseParameters,
  dense,
  type Layer,
  type NoParameters,
  reluLayer,
  sequential,
  zeros,
} from "@gradwerk/nn";
import type { PackedWeight } from "../data/network.ts";
import { floatsOf } from "../data/packing.ts";
import { given } from "./given.ts";

/** The network that `mlp` trains and `infer` asks, with given first weights. */
export function mlpWith(
  [inputs, hidden, outputs]: readonly number[],
  weights: readonly PackedWeight[],
): Layer<readonly [DenseParameters, NoParameters, DenseParameters]> {
  const [first, second] = weights.map((weight) => given(floatsOf(weight)));
  return sequential(
    dense({ inputs, outputs: hidden, weight: first, bias: zeros }),
    reluLayer,
    dense({ inputs: hidden, outputs, weight: second, bias: zeros }),
  );
}
