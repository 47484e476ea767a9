import { Tensor } from "@gradwerk/tensor";
import { NnError } from "./errors.ts";

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
