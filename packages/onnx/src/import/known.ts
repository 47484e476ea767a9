import { sizeOf } from "@gradwerk/tensor";
import { OnnxError } from "../errors.ts";
import type { ElementType } from "../format/tensors.ts";
import { type Known, knownAtMost } from "./values.ts";

/**
 * The number of elements of a shape that is computed in plain numbers.
 *
 * @throws OnnxError `limit`
 */
export function knownCount(shape: readonly number[]): number {
  const count = sizeOf(shape);
  if (count <= knownAtMost) return count;
  throw new OnnxError(
    "limit",
    `[${shape.join(", ")}] are more than the ${knownAtMost} elements that are computed with shapes and constants alone.`,
  );
}

/** The shape that shapes broadcast to: aligned at the last axis, 1 stretches. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const x = a[axis - rank + a.length] ?? 1;
    const y = b[axis - rank + b.length] ?? 1;
    if (x === y || y === 1) return x;
    if (x === 1) return y;
    throw new OnnxError("shape", `[${a.join(", ")}] and [${b.join(", ")}] do not broadcast.`);
  });
}

/** The same numbers under another shape. */
export function reshaped({ elementType, values }: Known, shape: readonly number[]): Known {
  return { elementType, shape, values };
}

/** Stretched to a shape that it broadcasts to. */
export function expanded(source: Known, shape: readonly number[]): Known {
  const missing = shape.length - source.shape.length;
  const strides = stridesOf(source.shape).map((stride, axis) => (source.shape[axis] === 1 ? 0 : stride));
  return placed(source, shape, (index) =>
    strides.reduce((sum, stride, axis) => sum + index[axis + missing] * stride, 0),
  );
}

/** The elements at some places along an axis. */
export function taken(source: Known, axis: number, places: readonly number[]): Known {
  const strides = stridesOf(source.shape);
  return placed(source, source.shape.with(axis, places.length), (index) =>
    strides.reduce((sum, stride, a) => sum + (a === axis ? places[index[a]] : index[a]) * stride, 0),
  );
}

/** Values side by side along an axis. */
export function concatenated(parts: readonly Known[], axis: number): Known {
  const [{ elementType, shape }] = parts;
  const extents = parts.map((part) => part.shape[axis]);
  const whole = shape.with(
    axis,
    extents.reduce((sum, extent) => sum + extent, 0),
  );
  const values = new Float64Array(knownCount(whole));
  const [outer, inner] = [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis + 1))];
  let at = 0;
  for (let o = 0; o < outer; o++) {
    for (const [i, part] of parts.entries()) {
      const run = extents[i] * inner;
      for (let j = 0; j < run; j++) values[at++] = part.values[o * run + j];
    }
  }
  return { elementType, shape: whole, values };
}

/** A function of the elements of values that broadcast. */
export function elementwise(
  elementType: ElementType,
  operands: readonly Known[],
  f: (...numbers: number[]) => number,
): Known {
  const shape = operands.map((operand) => operand.shape).reduce(broadcastShape);
  const spread = operands.map((operand) => expanded(operand, shape));
  const values = Float64Array.from({ length: knownCount(shape) }, (_, i) =>
    f(...spread.map((operand) => operand.values[i])),
  );
  return { elementType, shape, values };
}

function placed(
  source: Known,
  shape: readonly number[],
  placeOf: (index: readonly number[]) => number,
): Known {
  const strides = stridesOf(shape);
  const values = Float64Array.from({ length: knownCount(shape) }, (_, i) => {
    const index = strides.map((stride, axis) => Math.floor(i / stride) % shape[axis]);
    return source.values[placeOf(index)];
  });
  return { elementType: source.elementType, shape, values };
}

function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}
