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
    initialize(device, dtype, start) {
      const made = model.initialize(device, dtype, start);
      const known = new Map(parametersOf(made).map(({ path, tensor }) => [path, tensor]));
      const at = (path: string): Tensor => {
        const found = known.get(path);
        if (found !== undefined) return found;
        throw new NnError(
          "no-parameters",
          `tied: there is no parameter ${path} in ${model.name}; there are ${[...known.keys()].join(", ")}.`,
        );
      };
      const replaced = new Map<Tensor, Tensor>();
      for (const [path, source] of Object.entries(pairs)) {
        const [from, to] = [at(path), at(source)];
        if (formatShape(from.shape) !== formatShape(to.shape)) {
          throw new NnError(
            "layer-shape",
            `tied: ${path} is ${formatShape(from.shape)} and ${source} ${formatShape(to.shape)}. Shared parameters have one shape.`,
          );
        }
        replaced.set(from, to);
      }
      const shared = mapParameters(made, (tensor) => replaced.get(tensor) ?? tensor);
      for (const tensor of replaced.keys()) tensor.dispose();
      return shared;
    },
  };
}
