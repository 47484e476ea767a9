import { permuted } from "../formats/permuted.ts";
import type { StoredArrays } from "../formats/stored-array.ts";

/**
 * How PyTorch calls and lays out what a layer learns: between arrays by their path in the layer and by their name in the
 * module of PyTorch. What PyTorch has no name for, such as the key of a dropout, is left out by `to`; `from` gives what
 * `to` did not leave out.
 */
export interface PyTorchForm {
  to(arrays: StoredArrays): StoredArrays;
  from(arrays: StoredArrays): StoredArrays;
}

/** What PyTorch makes of a parameter. */
export interface PyTorchParameter {
  /** Default: the same name. */
  readonly name?: string;
  /** PyTorch's axes in terms of those here: `[1, 0]` for a matrix that lies the other way round. Default: the same. */
  readonly axes?: readonly number[];
}

/**
 * The form for parameters that each have one counterpart; `null` for those that have none. Parameters that are not named
 * are the same in both.
 *
 * @example
 * // torch.nn.Linear has weights [outputs, inputs].
 * const layer = { ..., pyTorch: pyTorchNames({ weight: { axes: [1, 0] } }) };
 */
export function pyTorchNames(parameters: Readonly<Record<string, PyTorchParameter | null>>): PyTorchForm {
  const kept = Object.entries(parameters).flatMap(([path, parameter]) =>
    parameter === null ? [] : [{ path, name: parameter.name ?? path, axes: parameter.axes }],
  );
  const ours = new Map(kept.map((each) => [each.path, each]));
  const theirs = new Map(kept.map((each) => [each.name, each]));
  return {
    to: (arrays) =>
      Object.fromEntries(
        Object.entries(arrays).flatMap(([path, array]) => {
          if (parameters[path] === null) return [];
          const { name = path, axes } = ours.get(path) ?? {};
          return [[name, axes === undefined ? array : permuted(array, axes)]];
        }),
      ),
    from: (arrays) =>
      Object.fromEntries(
        Object.entries(arrays).map(([name, array]) => {
          const { path = name, axes } = theirs.get(name) ?? {};
          return [path, axes === undefined ? array : permuted(array, inverse(axes))];
        }),
      ),
  };
}

function inverse(axes: readonly number[]): number[] {
  return axes.map((_, axis) => axes.indexOf(axis));
}
