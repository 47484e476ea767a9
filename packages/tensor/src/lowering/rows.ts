import { formatShape } from "../core/shape.ts";
import { TensorError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { checkIndices } from "./indices.ts";

/** The checks that gathering and scattering share. */
export function checkRows(op: string, table: Tensor, indices: Tensor): void {
  if (table.rank === 0) {
    throw new TensorError(
      "shape",
      `${op}: the table needs an axis of rows, got ${formatShape(table.shape)}.`,
    );
  }
  checkIndices(op, indices, table.shape[0], `the rows of ${formatShape(table.shape)}`);
}
