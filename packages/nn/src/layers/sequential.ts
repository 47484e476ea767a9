import type { Shape } from "@gradwerk/tensor";
import { drawsOf } from "./initializers.ts";
import { applyPart, isTrainableIn, type Layer } from "./layer.ts";

/** The parameters of layers in a row: the array of theirs. */
export type SequentialParameters<Parameters extends readonly unknown[]> = {
  readonly [Index in keyof Parameters]: Parameters[Index];
};

/** Layers with parameters of these types. */
export type LayersOf<Parameters extends readonly unknown[]> = {
  readonly [Index in keyof Parameters]: Layer<Parameters[Index]>;
};

/**
 * Layers one after the other: the output of each is the input of the next. Its parameters are the array of theirs.
 *
 * @example
 * const block = sequential(dense({ outputs: 128 }), reluLayer, dense({ outputs: 10 }));
 */
export function sequential<const Parameters extends readonly unknown[]>(
  ...layers: LayersOf<Parameters>
): Layer<SequentialParameters<Parameters>> {
  const list: readonly Layer<unknown>[] = layers;
  // The shape of one sample before each layer and after the last.
  const shapes = (input: Shape): Shape[] => {
    const found = [input];
    for (const layer of list) found.push(layer.outputShape(found[found.length - 1]));
    return found;
  };
  const parts = list.map((layer, i) => ({
    path: `${i}`,
    layer,
    inputShape: (input: Shape) => shapes(input)[i],
  }));
  return {
    name: `sequential(${list.map((layer) => layer.name).join(", ")})`,
    parts,
    outputShape: (input) => shapes(input)[list.length],
    initialize(device, dtype, start = {}) {
      const before = start.input === undefined ? [] : shapes(start.input);
      const draws = drawsOf(start);
      const made = list.map((layer, i) => layer.initialize(device, dtype, { input: before[i], draws }));
      return made as unknown as SequentialParameters<Parameters>;
    },
    apply: (parameters, x, pass) =>
      list.reduce((y, layer, i) => applyPart(layer, parameters[i], y, pass, i), x),
    isTrainable: (path) => isTrainableIn(parts, path),
    flops(input) {
      const before = shapes(input);
      return list.reduce((sum, layer, i) => sum + (layer.flops?.(before[i]) ?? 0), 0);
    },
  };
}
