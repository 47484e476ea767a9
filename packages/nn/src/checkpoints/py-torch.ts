import { formatShape } from "@gradwerk/tensor";
import { checkStoredArray, type StoredArray, type StoredArrays } from "../formats/stored-array.ts";
import type { Layer } from "../layers/layer.ts";
import { parametersOf } from "../parameters.ts";
import { arraysOf, assignArrays, mismatch } from "./arrays.ts";

type Names = Readonly<Record<string, string>>;

/** How names are found. */
export interface PyTorchOptions {
  /**
   * What PyTorch calls layers, by their path here: `{ "0": "fc1", "2": "fc2" }`. Default: the path, as in an
   * `nn.Sequential` of the same layers.
   */
  readonly names?: Names;
}

/** How arrays of PyTorch come into a model. */
export interface FromPyTorchOptions extends PyTorchOptions {
  /** What messages call the arrays: the file's name. Default: `PyTorch weights`. */
  readonly name?: string;
}

/**
 * A model's parameters as PyTorch's `state_dict` has them: `0.weight` of a dense layer is `[outputs, inputs]`.
 *
 * @example
 * const bytes = encodeSafetensors(await toPyTorch(model, parameters), { format: "pt" });
 * // model.load_state_dict(safetensors.torch.load_file("model.safetensors"))
 */
export async function toPyTorch<Parameters>(
  model: Layer<Parameters>,
  parameters: Parameters,
  { names = {} }: PyTorchOptions = {},
): Promise<StoredArrays> {
  return namedAsPyTorch(model, await arraysOf(parameters), names);
}

/**
 * Writes arrays of a `state_dict` into a model's parameters. Floats become those of the model. Everything is checked
 * before anything is written. `num_batches_tracked` may be missing, as in files of before PyTorch 0.4.1.
 *
 * @throws NnError `checkpoint-mismatch` with what is missing, unexpected, or of another shape, by PyTorch's names
 * @example
 * const { tensors } = decodeSafetensors(bytes, { name: "model.safetensors" });
 * fromPyTorch(model, parameters, tensors, { names: { "0": "fc1", "2": "fc2" } });
 */
export function fromPyTorch<Parameters>(
  model: Layer<Parameters>,
  parameters: Parameters,
  arrays: StoredArrays,
  { names = {}, name = "PyTorch weights" }: FromPyTorchOptions = {},
): void {
  const own = namedAsPyTorch(model, formOf(parameters), names);
  const differences: string[] = [];
  for (const [path, { dtype, shape }] of Object.entries(own)) {
    if (!Object.hasOwn(arrays, path)) {
      if (!isCounter(path)) differences.push(`${path} is missing: ${dtype} ${formatShape(shape)}`);
    } else if (formatShape(arrays[path].shape) !== formatShape(shape)) {
      differences.push(`${path} is ${formatShape(arrays[path].shape)} and should be ${formatShape(shape)}`);
    }
  }
  for (const [path, array] of Object.entries(arrays)) {
    checkStoredArray(name, path, array);
    if (Object.hasOwn(own, path) || isCounter(path)) continue;
    differences.push(`${path} is not expected: ${array.dtype} ${formatShape(array.shape)}`);
  }
  if (differences.length > 0) throw mismatch(name, differences);
  const known = Object.entries(arrays).filter(([path]) => Object.hasOwn(own, path));
  const ours = namedAsHere(model, Object.fromEntries(known), names);
  assignArrays(parameters, ours, { name, cast: true, partial: true });
}

// A batch norm counts its batches; nothing depends on it where the momentum is a number.
function isCounter(path: string): boolean {
  return path.endsWith("num_batches_tracked");
}

// The parameters' paths, dtypes and shapes, with zeros for values.
function formOf(parameters: unknown): StoredArrays {
  const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array };
  return Object.fromEntries(
    parametersOf(parameters).map(({ path, tensor: { dtype, shape, size } }) => [
      path,
      { dtype, shape, values: new arrays[dtype](size) },
    ]),
  );
}

/** A layer by itself, or one whose form in PyTorch is known as a whole, and its path. */
interface Place {
  readonly path: string;
  readonly layer: Layer<unknown>;
}

function placesIn({ path, layer }: Place): Place[] {
  if (layer.parts === undefined || layer.pyTorch !== undefined) return [{ path, layer }];
  const inner = (part: string): string => (path === "" ? part : `${path}.${part}`);
  return layer.parts.flatMap((part) => placesIn({ path: inner(part.path), layer: part.layer }));
}

function namedAsPyTorch(model: Layer<unknown>, arrays: StoredArrays, names: Names): StoredArrays {
  const named = placesIn({ path: "", layer: model }).map(({ path, layer }) => {
    const { within, own } = ownOf(arrays, path);
    return { within, changed: prefixed(names[path] ?? path, layer.pyTorch?.to(own) ?? own) };
  });
  return replaced(arrays, named);
}

function namedAsHere(model: Layer<unknown>, arrays: StoredArrays, names: Names): StoredArrays {
  const named = placesIn({ path: "", layer: model }).map(({ path, layer }) => {
    const { within, own } = ownOf(arrays, names[path] ?? path);
    return { within, changed: prefixed(path, layer.pyTorch?.from(own) ?? own) };
  });
  return replaced(arrays, named);
}

// What belongs to one layer: the names in all arrays, and the arrays as the layer calls them.
function ownOf(
  arrays: StoredArrays,
  path: string,
): { readonly within: string[]; readonly own: StoredArrays } {
  const prefix = path === "" ? "" : `${path}.`;
  const within = Object.keys(arrays).filter((name) => name.startsWith(prefix));
  return { within, own: Object.fromEntries(within.map((name) => [name.slice(prefix.length), arrays[name]])) };
}

function prefixed(path: string, arrays: StoredArrays): [string, StoredArray][] {
  return Object.entries(arrays).map(([name, array]) => [path === "" ? name : `${path}.${name}`, array]);
}

// Arrays that belong to no layer, such as those that a container keeps for itself, stay as they are.
function replaced(
  arrays: StoredArrays,
  named: readonly {
    readonly within: readonly string[];
    readonly changed: readonly [string, StoredArray][];
  }[],
): StoredArrays {
  const taken = new Set(named.flatMap(({ within }) => within));
  const others = Object.entries(arrays).filter(([name]) => !taken.has(name));
  return Object.fromEntries([...others, ...named.flatMap(({ changed }) => changed)]);
}
