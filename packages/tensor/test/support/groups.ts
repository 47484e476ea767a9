import { elementAt, indicesOf } from "./layouts.ts";

/** The elements that reducing `axes` brings together, for each element of the result (reduced axes kept as 1). */
export function groupsOf(
  values: readonly number[],
  shape: readonly number[],
  axes: readonly number[],
): number[][] {
  const kept = indicesOf(shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent)));
  const along = indicesOf(shape.map((extent, axis) => (axes.includes(axis) ? extent : 1)));
  return kept.map((outer) =>
    along.map((inner) => {
      const index = outer.map((i, axis) => i + inner[axis]);
      return elementAt(values, shape, index);
    }),
  );
}

/** The shape after a reduction over `axes`. */
export function reducedShape(
  shape: readonly number[],
  axes: readonly number[],
  keepDims: boolean,
): readonly number[] {
  return keepDims
    ? shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent))
    : shape.filter((_, axis) => !axes.includes(axis));
}
