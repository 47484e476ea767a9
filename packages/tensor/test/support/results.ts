import { Tensor } from "@gradwerk/tensor";

/** The tensors that an op gave: alone, in an array, or in an object. */
export function tensorsOf(result: unknown): Tensor[] {
  if (result instanceof Tensor) return [result];
  if (typeof result !== "object" || result === null) return [];
  return Object.values(result).flatMap(tensorsOf);
}
