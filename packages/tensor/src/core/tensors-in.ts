import type { Tensor } from "../tensor.ts";
import { TensorBase } from "./tensor-base.ts";

/** All tensors in a value: alone, in arrays, in plain objects, at any depth; each once. */
export function tensorsIn(value: unknown): Set<Tensor> {
  const found = new Set<Tensor>();
  const seen = new Set<unknown>();
  const search = (inner: unknown): void => {
    if (inner instanceof TensorBase) {
      // There is one class of tensors; its base is named here so that looking for tensors does not load every op.
      found.add(inner as Tensor);
    } else if (typeof inner === "object" && inner !== null && !seen.has(inner)) {
      seen.add(inner);
      if (Array.isArray(inner) || isPlain(inner)) for (const element of Object.values(inner)) search(element);
    }
  };
  search(value);
  return found;
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
