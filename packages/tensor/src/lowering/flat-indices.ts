import { contiguousStrides, formatShape, normalizeAxis, type Shape, sizeOf } from "../core/shape.ts";
import { TensorError } from "../errors.ts";
import { add } from "../ops/arithmetic/add.ts";
import { mul } from "../ops/arithmetic/mul.ts";
import { greaterEqual } from "../ops/logic/greaterEqual.ts";
import { less } from "../ops/logic/less.ts";
import { where } from "../ops/logic/where.ts";
import { reshape } from "../ops/shape/reshape.ts";
import type { Tensor } from "../tensor.ts";
import { checkIndices } from "./indices.ts";

/**
 * Indices along one axis as places in the row-major elements of a tensor of `shape`: int32 of one axis, -1 for those
 * known to lie outside. `indices` has the axes of `shape`, with equal sizes but along `axis`.
 */
export function flatIndices(op: string, indices: Tensor, shape: Shape, axis: number): Tensor {
  const { device } = indices;
  const inside = checkIndices(op, indices, shape[axis], `axis ${axis} of ${formatShape(shape)}`);
  const strides = contiguousStrides(shape);
  // Where each line along the axis begins, one number per line: `indices` with a single element along the axis.
  const lines = indices.shape.with(axis, 1);
  const starts = new Int32Array(sizeOf(lines));
  const steps = contiguousStrides(lines);
  for (let line = 0; line < starts.length; line++) {
    for (const [i, step] of steps.entries()) {
      if (i !== axis) starts[line] += (Math.floor(line / step) % lines[i]) * strides[i];
    }
  }
  const places = add(mul(indices, strides[axis]), device.tensor(starts, { shape: lines }));
  if (inside) return reshape(places, [-1]);
  const isInside = mul(greaterEqual(indices, 0), less(indices, shape[axis]));
  return reshape(where(isInside, places, -1), [-1]);
}

/**
 * The axis that a call names, once both tensors are known to have the same axes.
 *
 * @throws TensorError `axis`, `shape`
 */
export function sharedAxis(op: string, x: Tensor, indices: Tensor, axis: number): number {
  const along = normalizeAxis(op, axis, x.shape);
  if (indices.rank !== x.rank) {
    throw new TensorError(
      "shape",
      `${op}: indices ${formatShape(indices.shape)} need as many axes as ${formatShape(x.shape)}. Add axes with unsqueeze.`,
    );
  }
  return along;
}
