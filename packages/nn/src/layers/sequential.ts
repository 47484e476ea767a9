import type { Layer } from "./layer.ts";

type ParametersOfAll<Parameters extends readonly unknown[]> = {
  readonly [Index in keyof Parameters]: Parameters[Index];
};

/**
 * Layers one after the other: the output of each is the input of the next. Its parameters are the array of theirs.
 *
 * @example
 * const network = sequential(dense({ ... }), sigmoidLayer, dense({ ... }), sigmoidLayer);
 * const parameters = network.initialize(device, "float64");
 * const y = network.apply(parameters, images); // [B, 784] -> [B, 2]
 */
export function sequential<const Parameters extends readonly unknown[]>(
  ...layers: { readonly [Index in keyof Parameters]: Layer<Parameters[Index]> }
): Layer<ParametersOfAll<Parameters>> {
  const list: readonly Layer<unknown>[] = layers;
  return {
    name: `sequential(${list.map((layer) => layer.name).join(", ")})`,
    initialize: (device, dtype) =>
      list.map((layer) => layer.initialize(device, dtype)) as unknown as ParametersOfAll<Parameters>,
    apply: (parameters, x) => list.reduce((y, layer, i) => layer.apply(parameters[i], y), x),
  };
}
