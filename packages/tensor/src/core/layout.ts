import { contiguousStrides, type Shape, sizeOf } from "./shape.ts";

/** Where a tensor's elements lie in its buffer: see `View` in the seam, without the buffer. */
export interface Layout {
  readonly offset: number;
  readonly shape: Shape;
  readonly strides: readonly number[];
}

/** Row-major from the start of the buffer. */
export function contiguousLayout(shape: Shape): Layout {
  return { offset: 0, shape, strides: contiguousStrides(shape) };
}

/** Whether the elements follow one another without gaps; strides of axes with one element do not count. */
export function isContiguous({ shape, strides }: Layout): boolean {
  if (shape.includes(0)) return true;
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis];
  }
  return true;
}

/** The axes in another order: axis i of the result is axis `order[i]`. */
export function permuteLayout({ offset, shape, strides }: Layout, order: readonly number[]): Layout {
  return {
    offset,
    shape: order.map((axis) => shape[axis]),
    strides: order.map((axis) => strides[axis]),
  };
}

/** Stretched to a larger shape by zero strides; `shape` is one that this layout broadcasts to. */
export function expandLayout(layout: Layout, shape: Shape): Layout {
  const missing = shape.length - layout.shape.length;
  const strides = shape.map((extent, axis) => {
    const source = axis - missing;
    return source < 0 || (layout.shape[source] === 1 && extent !== 1) ? 0 : layout.strides[source];
  });
  return { offset: layout.offset, shape, strides };
}

/**
 * The same elements in the same order under another shape without moving them, or `undefined` where that takes a
 * copy. Axes are matched in groups of equal size from the front; within a group the old axes must run on evenly.
 */
export function reshapeLayout(layout: Layout, shape: Shape): Layout | undefined {
  if (sizeOf(shape) === 0) return { ...contiguousLayout(shape), offset: layout.offset };
  const kept = layout.shape.map((_, axis) => axis).filter((axis) => layout.shape[axis] !== 1);
  const sizes = kept.map((axis) => layout.shape[axis]);
  const steps = kept.map((axis) => layout.strides[axis]);
  const strides = new Array<number>(shape.length).fill(1);
  let from = 0;
  let to = 0;
  while (from < sizes.length) {
    let fromEnd = from + 1;
    let toEnd = to + 1;
    let oldSize = sizes[from];
    let newSize = shape[to];
    while (oldSize !== newSize) {
      if (oldSize < newSize) oldSize *= sizes[fromEnd++];
      else newSize *= shape[toEnd++];
    }
    for (let i = from; i < fromEnd - 1; i++) {
      if (steps[i] !== steps[i + 1] * sizes[i + 1]) return undefined;
    }
    let stride = steps[fromEnd - 1];
    for (let i = toEnd - 1; i >= to; i--) {
      strides[i] = stride;
      stride *= shape[i];
    }
    from = fromEnd;
    to = toEnd;
  }
  return { offset: layout.offset, shape, strides };
}
