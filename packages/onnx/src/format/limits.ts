/**
 * What a file may hold at most. A file of a few bytes can describe millions of objects; these bounds are reached before
 * memory is.
 */
export const limits: Readonly<Record<"nodes" | "items" | "axes" | "elements" | "made", number>> = {
  /** Operators of a graph. */
  nodes: 50_000,
  /** Messages, strings and numbers outside of tensors. */
  items: 2_000_000,
  /** Axes of a tensor. */
  axes: 32,
  /** Elements of a tensor in the file: what a tensor of this library can hold. */
  elements: 2 ** 31 - 1,
  /** Elements of a tensor that is made from one sample. */
  made: 2 ** 28,
};
