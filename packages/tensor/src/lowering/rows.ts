import { formatShape } from "../core/shape.ts";
import { TensorError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";

/** The checks that gathering and scattering share. */
export function checkRows(op: string, table: Tensor, indices: Tensor): void {
  if (indices.dtype !== "int32") {
    throw new TensorError(
      "dtype",
      `${op}: indices must be int32, got ${indices.dtype}. Convert: indices.cast("int32").`,
    );
  }
  if (table.rank === 0) {
    throw new TensorError(
      "shape",
      `${op}: the table needs an axis of rows, got ${formatShape(table.shape)}.`,
    );
  }
}
