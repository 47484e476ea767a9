import type { Shape, TypedArray } from "@gradwerk/tensor";
import type { StoredArray } from "./stored-array.ts";

/** The array with its axes in another order: axis `i` of the result is axis `axes[i]` of the array. */
export function permuted({ dtype, shape, values }: StoredArray, axes: readonly number[]): StoredArray {
  const strides = stridesOf(shape);
  const turned = axes.map((axis) => shape[axis]);
  const result: TypedArray = values.slice();
  const index = new Array<number>(turned.length).fill(0);
  let from = 0;
  for (let to = 0; to < result.length; to++) {
    result[to] = values[from];
    for (let axis = turned.length - 1; axis >= 0; axis--) {
      from += strides[axes[axis]];
      if (++index[axis] < turned[axis]) break;
      from -= strides[axes[axis]] * turned[axis];
      index[axis] = 0;
    }
  }
  return { dtype, shape: turned, values: result };
}

// Row-major.
function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * shape[axis + 1];
  return strides;
}
