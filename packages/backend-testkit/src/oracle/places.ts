import type { View } from "@gradwerk/tensor/backend";

/** Where each element of a view lies in its buffer, in row-major order: the definition of strides, spelled out. */
export function placesOf({ offset, shape, strides }: Pick<View, "offset" | "shape" | "strides">): Int32Array {
  let places = Int32Array.of(offset);
  for (const [axis, extent] of shape.entries()) {
    // Each place so far is where an index along this axis starts to count.
    const finer = new Int32Array(places.length * extent);
    let at = 0;
    for (const place of places) {
      for (let index = 0; index < extent; index++) finer[at++] = place + index * strides[axis];
    }
    places = finer;
  }
  return places;
}

/** What lies at these places, in their order. */
export function elementsAt(values: ArrayLike<number>, places: Int32Array): Float64Array {
  const elements = new Float64Array(places.length);
  for (let i = 0; i < places.length; i++) elements[i] = values[places[i]];
  return elements;
}
