import { Tensor } from "@gradwerk/tensor";
import { NnError } from "./errors.ts";
import type { Layer } from "./layers/layer.ts";

/**
 * Parameters are a tree: a tensor, or arrays and plain objects of trees. A layer decides the form of its own, for
 * example `{ weight, bias }`; a network's is the array of its layers'.
 */

/** One tensor of a tree and where it is: `1.weight`. */
export interface NamedParameter {
  readonly path: string;
  readonly tensor: Tensor;
}

/**
 * All tensors of a tree in order.
 *
 * @throws NnError `no-parameters` for a leaf that is no tensor
 */
export function parametersOf(tree: unknown): NamedParameter[] {
  const found: NamedParameter[] = [];
  mapParameters(tree, (tensor, path) => {
    found.push({ path, tensor });
    return tensor;
  });
  return found;
}

/** A tree of the same form in which every tensor is replaced. */
export function mapParameters<Tree>(tree: Tree, replace: (tensor: Tensor, path: string) => Tensor): Tree {
  const walk = (node: unknown, path: string): unknown => {
    if (node instanceof Tensor) return replace(node, path);
    const inner = (key: string | number): string => (path === "" ? `${key}` : `${path}.${key}`);
    if (Array.isArray(node)) return node.map((element, i) => walk(element, inner(i)));
    if (typeof node === "object" && node !== null) {
      return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, walk(value, inner(key))]));
    }
    throw new NnError(
      "no-parameters",
      `parameters: expected a tensor at ${path || "the root"}, got ${String(node)}. A tree holds tensors, arrays and objects only.`,
    );
  };
  return walk(tree, "") as Tree;
}

/** A tree of zeros with the form, shapes and dtypes of another, named after it. It outlives every scope. */
export function zerosLike<Tree>(tree: Tree, what: string): Tree {
  return mapParameters(tree, (tensor, path) => {
    const { device, shape, dtype } = tensor;
    return device.keep(device.zeros(shape, { dtype, name: `${what} of ${tensor.name ?? path}` }));
  });
}

/**
 * What gradients change: the floats of a model's parameters that are not frozen and not for the layers' own use, by
 * path, each tensor once, also where layers share it.
 *
 * @example
 * const state = optimizer.initialize(trainable(model, parameters));
 */
export function trainable<Parameters>(
  model: Layer<Parameters>,
  parameters: Parameters,
): Record<string, Tensor> {
  const found = new Map<Tensor, string>();
  for (const { path, tensor } of parametersOf(parameters)) {
    const learns = isFloat(tensor) && (model.isTrainable?.(path) ?? true);
    if (learns && !found.has(tensor)) found.set(tensor, path);
  }
  return Object.fromEntries([...found].map(([tensor, path]) => [path, tensor]));
}

/**
 * The first float of a tree: its device and dtype are those of the network.
 *
 * @throws NnError `no-parameters`
 */
export function firstFloat(caller: string, tree: unknown): Tensor {
  const found = parametersOf(tree).find(({ tensor }) => isFloat(tensor));
  if (found !== undefined) return found.tensor;
  throw new NnError("no-parameters", `${caller}: the parameters hold no float tensor.`);
}

function isFloat({ dtype }: Tensor): boolean {
  return dtype === "float32" || dtype === "float64";
}
