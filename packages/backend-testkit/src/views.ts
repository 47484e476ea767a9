import type { DType } from "@gradwerk/tensor/backend";
import { poisoned, poisonOf, type ViewSpec } from "./kernel-call.ts";
import { placesOf } from "./oracle/places.ts";

/** The ways in which the elements of an input may lie in memory. */
export const inputLayouts = [
  "contiguous",
  "offset",
  "transposed",
  "sliced",
  "reversed",
  "stretched",
] as const;
/** One of {@link inputLayouts}. */
export type InputLayout = (typeof inputLayouts)[number];

/** Elements around every view that belong to nobody. */
export const margin = 19;

/** A view with these elements (row-major) whose memory looks as `layout` says, poison around and between them. */
export function inputView(
  dtype: DType,
  layout: InputLayout,
  shape: readonly number[],
  elements: (place: number) => number,
): ViewSpec {
  const strides = stridesOf(layout, shape);
  const lowest = strides.reduce((sum, stride, axis) => sum + Math.min(0, stride * (shape[axis] - 1)), 0);
  const highest = strides.reduce((sum, stride, axis) => sum + Math.max(0, stride * (shape[axis] - 1)), 0);
  const before = layout === "contiguous" ? 0 : margin;
  const offset = before - lowest;
  const content = poisoned(dtype, offset + highest + 1 + before);
  const places = placesOf({ offset, shape, strides });
  for (let i = 0; i < places.length; i++) content[places[i]] = elements(i);
  return { dtype, content, offset, shape, strides };
}

function stridesOf(layout: InputLayout, shape: readonly number[]): number[] {
  const rowMajor = (sizes: readonly number[]): number[] =>
    sizes.map((_, axis) => sizes.slice(axis + 1).reduce((product, extent) => product * extent, 1));
  if (layout === "transposed") return rowMajor([...shape].reverse()).reverse();
  if (layout === "sliced") return rowMajor(shape.map((extent) => 2 * extent)).map((stride) => 2 * stride);
  if (layout === "reversed") return rowMajor(shape).map((stride) => -stride);
  // Every second axis, counted from the last, repeats one element.
  if (layout === "stretched") {
    const real = shape.map((extent, axis) => ((shape.length - axis) % 2 === 1 ? 1 : extent));
    return rowMajor(real).map((stride, axis) => ((shape.length - axis) % 2 === 1 ? 0 : stride));
  }
  return rowMajor(shape);
}

/** A contiguous place for a result in the midst of canaries; poisoned unless it has content already. */
export function outputView(
  dtype: DType,
  shape: readonly number[],
  elements: (place: number) => number = () => poisonOf(dtype),
): ViewSpec {
  return inputView(dtype, "offset", shape, elements);
}
