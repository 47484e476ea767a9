import { formatShape, type Tensor } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";
import { mapParameters, parametersOf } from "../parameters.ts";
import type { Layer } from "./layer.ts";

/**
 * The same layer, in which some parameters are one and the same tensor: what changes in one place changes in the other, and
 * its gradient is the sum of both.
 *
 * @param pairs the path of a parameter, and that of the one to take in its place
 * @throws NnError `no-parameters` for a path that is not there, `layer-shape` for parameters of different shapes
 * @example
 * const model = tied(network([64], dense({ outputs: 64 }), reluLayer, dense({ outputs: 64 })), { "2.weight": "0.weight" });
 */
export function tied<Parameters, Model extends Layer<Parameters>>(
  model: Model & Layer<Parameters>,
  pairs: Readonly<Record<string, string>>,
): Model {
  return {
    ...model,
    name: `tied ${model.name}`,
    initialize: (device, dtype, start) =>
      // The scope frees what others take the place of.
      device.scope(() => {
        const made = model.initialize(device, dtype, start);
        const taken = placesOf(model.name, made, pairs);
        return mapParameters(made, (tensor) => lastIn(taken, tensor));
      }),
  };
}

// Which tensor another takes the place of.
function placesOf(
  name: string,
  parameters: unknown,
  pairs: Readonly<Record<string, string>>,
): ReadonlyMap<Tensor, Tensor> {
  const known = new Map(parametersOf(parameters).map(({ path, tensor }) => [path, tensor]));
  const at = (path: string): Tensor => {
    const found = known.get(path);
    if (found !== undefined) return found;
    throw new NnError(
      "no-parameters",
      `tied: there is no parameter ${path} in ${name}; there are ${[...known.keys()].join(", ")}.`,
    );
  };
  const taken = new Map<Tensor, Tensor>();
  for (const [path, source] of Object.entries(pairs)) {
    const [own, other] = [at(path), at(source)];
    if (formatShape(own.shape) !== formatShape(other.shape) || own.dtype !== other.dtype) {
      throw new NnError(
        "layer-shape",
        `tied: ${path} is ${own.dtype} ${formatShape(own.shape)} and ${source} ${other.dtype} ${formatShape(other.shape)}. ` +
          "Shared parameters have one shape.",
      );
    }
    const [from, to] = [lastIn(taken, own), lastIn(taken, other)];
    if (from !== to) taken.set(from, to);
  }
  return taken;
}

// Pairs may lead on to others: c takes b, which takes a.
function lastIn(taken: ReadonlyMap<Tensor, Tensor>, tensor: Tensor): Tensor {
  const next = taken.get(tensor);
  return next === undefined ? tensor : lastIn(taken, next);
}
