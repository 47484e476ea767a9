import { maximumRank } from "../backend.ts";
import { TensorError } from "../errors.ts";

/** Sizes along each axis, outermost first. `[]` is a single number. */
export type Shape = readonly number[];

/** The largest number of elements a tensor may have: what one typed array can hold on every engine. */
export const maximumSize: number = 2 ** 31 - 1;

/** A shape as messages show it: `[32, 784]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** The number of elements: the product of the sizes. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const extent of shape) size *= extent;
  return size;
}

/** Whether two shapes are equal, axis by axis. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/**
 * Checks that a caller without a type checker gave an array.
 *
 * @throws TensorError `value`
 */
export function requireArray(op: string, name: string, value: unknown): void {
  if (!Array.isArray(value)) {
    throw new TensorError("value", `${op}: ${name} must be an array, got ${value}.`);
  }
}

/**
 * Checks a shape that a caller gave: whole numbers from 0 up, not too many axes, not too many elements.
 *
 * @throws TensorError `shape`, or `size-overflow` before any memory is taken
 */
export function checkShape(op: string, shape: Shape): void {
  requireArray(op, "the shape", shape);
  for (const extent of shape) {
    if (!Number.isSafeInteger(extent) || extent < 0) {
      throw new TensorError(
        "shape",
        `${op}: sizes must be whole numbers from 0 up, got ${formatShape(shape)}.`,
      );
    }
  }
  if (shape.length > maximumRank) {
    throw new TensorError(
      "shape",
      `${op}: a tensor has at most ${maximumRank} axes, got ${shape.length}: ${formatShape(shape)}. Merge some with reshape.`,
    );
  }
  if (sizeOf(shape) > maximumSize) {
    throw new TensorError(
      "size-overflow",
      `${op}: ${formatShape(shape)} would hold ${sizeOf(shape)} elements; the most is ${maximumSize}. Work on smaller batches.`,
    );
  }
}

/** Row-major strides: the last axis is contiguous. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/**
 * The shape that two shapes broadcast to, as in NumPy: aligned at the last axis, a size of 1 (or a missing axis)
 * stretches.
 *
 * @throws TensorError `shape` that names the first axis which does not fit
 */
export function broadcastShapes(op: string, a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  const out = new Array<number>(rank);
  for (let fromEnd = 1; fromEnd <= rank; fromEnd++) {
    const x = a[a.length - fromEnd] ?? 1;
    const y = b[b.length - fromEnd] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new TensorError(
        "shape",
        `${op}: ${formatShape(a)} and ${formatShape(b)} do not broadcast: axis -${fromEnd} has sizes ${x} and ${y}. ` +
          "Sizes must be equal or 1, counted from the last axis; reshape one of them.",
      );
    }
    out[rank - fromEnd] = x === 1 ? y : x;
  }
  return out;
}

/**
 * An axis counted from the front, whether it was given from the front (0 up) or from the end (-1 down).
 *
 * @throws TensorError `axis`
 */
export function normalizeAxis(op: string, axis: number, shape: Shape): number {
  const rank = shape.length;
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    const range = rank === 0 ? "it has none" : `the axes are ${-rank} to ${rank - 1}`;
    throw new TensorError("axis", `${op}: ${formatShape(shape)} has no axis ${axis}: ${range}.`);
  }
  return axis < 0 ? axis + rank : axis;
}

/**
 * The axes to work on: all of them where none are named; counted from the front, in ascending order.
 *
 * @throws TensorError `axis`, also for one named twice
 */
export function normalizeAxes(
  op: string,
  axes: number | readonly number[] | undefined,
  shape: Shape,
): number[] {
  if (axes === undefined) return shape.map((_, axis) => axis);
  const list = typeof axes === "number" ? [axes] : axes;
  requireArray(op, "axes", list);
  const normalized = list.map((axis) => normalizeAxis(op, axis, shape));
  if (new Set(normalized).size !== normalized.length) {
    throw new TensorError(
      "axis",
      `${op}: an axis is named twice in [${list.join(", ")}] for ${formatShape(shape)}. Name each once.`,
    );
  }
  return normalized.sort((a, b) => a - b);
}
