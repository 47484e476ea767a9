import type { View } from "@gradwerk/tensor/backend";

/** How many elements a shape has: 1 for `[]`, and 0 as soon as one size is 0. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, axis) => size * axis, 1);
}

/**
 * Where in its buffer a view has the element that comes `index`-th in row-major order.
 *
 * This one function knows all about strides: a zero stride (broadcasting) stays where it is, a negative one (flip)
 * goes backwards, and the stride of an axis of size 1, which may be any number, is multiplied by 0.
 * It is slow: a division per axis and element. Faster: walk with one counter per axis, treat contiguous views as one
 * run, merge axes that lie back to back.
 */
export function positionOf({ offset, shape, strides }: View, index: number): number {
  let position = offset;
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    position += (rest % shape[axis]) * strides[axis];
    rest = Math.floor(rest / shape[axis]);
  }
  return position;
}
