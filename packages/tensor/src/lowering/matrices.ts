import type { View } from "../backend.ts";
import { formatShape, type Shape, sizeOf } from "../core/shape.ts";
import { TensorError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { contiguous, viewedAs } from "./views.ts";

/** Matrices in the form that the kernel takes: `[batch, rows, columns]` with contiguous rows, or their transpose. */
export function asMatrices(x: Tensor): { view: View; transposed: boolean } {
  const [rows, columns] = x.shape.slice(-2);
  const flat = viewedAs(x, [sizeOf(x.shape.slice(0, -2)), rows, columns]);
  const [batchStride, rowStride, columnStride] = flat.layout.strides;
  const { buffer, offset } = flat.view;
  const [batch] = flat.shape;
  if (columns === 1 || columnStride === 1) {
    const rowsLieApart = rows === 1 || rowStride >= columns;
    if (rowsLieApart) {
      const strides = [batchStride, rows === 1 ? columns : rowStride, 1];
      return { view: { buffer, offset, shape: flat.shape, strides }, transposed: false };
    }
  }
  if ((rows === 1 || rowStride === 1) && columnStride >= rows) {
    const strides = [batchStride, columnStride, 1];
    return { view: { buffer, offset, shape: [batch, columns, rows], strides }, transposed: true };
  }
  return { view: contiguous(flat).view, transposed: false };
}

/** @throws TensorError `shape` unless the columns of a are as many as the rows of b */
export function checkInnerSizes(op: string, a: Shape, b: Shape): void {
  const columns = a[a.length - 1];
  const rows = b[b.length - 2];
  if (columns !== rows) {
    throw new TensorError(
      "shape",
      `${op}: inner sizes differ: ${formatShape(a)} x ${formatShape(b)} (${columns} vs ${rows}). ` +
        "Transpose the second, or check the layer's input size.",
    );
  }
}
