import type { Tensor } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";
import { mapParameters, parametersOf } from "../parameters.ts";
import { Tape } from "./tape.ts";

/** A value, its derivative by each parameter, and whatever else the function gave. */
export interface ValueAndGradients<Parameters, Extra> {
  /** The function's value, one number. */
  readonly value: Tensor;
  /** The derivative of the value by each parameter, in the same tree. */
  readonly gradients: Parameters;
  /** The second part of the function's result, where it returns `[value, extra]`. */
  readonly extra: Extra;
}

/**
 * Turns a function of parameters into one that also gives its derivative by each of them.
 *
 * @param compute takes a tree of parameters and any further arguments; returns one number as a tensor, or a pair of
 * it and other tensors that are wanted too
 * @returns a function of the same arguments; what it returns belongs to the caller, everything between is freed
 * @throws NnError `no-parameters`, `not-a-scalar`, `no-gradient`
 * @example
 * const step = valueAndGrad((w: Tensor, x: Tensor) => x.matmul(w).square().sum());
 * const { value, gradients } = step(w, x);
 */
export function valueAndGrad<Parameters, Arguments extends readonly unknown[], Extra = undefined>(
  compute: (parameters: Parameters, ...rest: Arguments) => Tensor | readonly [Tensor, Extra],
): (parameters: Parameters, ...rest: Arguments) => ValueAndGradients<Parameters, Extra> {
  return (parameters, ...rest) => {
    const watched = parametersOf(parameters).map(({ tensor }) => tensor);
    const [first] = watched;
    if (first === undefined) {
      throw new NnError("no-parameters", "valueAndGrad: the tree of parameters holds no tensor.");
    }
    const { device } = first;
    return device.scope(() => {
      const tape = new Tape(watched);
      const result = device.recordWith(tape, () => compute(parameters, ...rest));
      const [value, extra] = isPair(result) ? result : [result, undefined];
      const found = tape.gradientsOf(value);
      const gradientTree = mapParameters(parameters, (tensor) => found.get(tensor) ?? tensor);
      return { value, gradients: gradientTree, extra: extra as Extra };
    });
  };
}

function isPair<Extra>(result: Tensor | readonly [Tensor, Extra]): result is readonly [Tensor, Extra] {
  return Array.isArray(result);
}
