import type { DType } from "../backend.ts";
import { formatShape } from "../core/shape.ts";
import { TensorError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { checkForm } from "./fit.ts";
import { checkIndices } from "./indices.ts";

/** The checks that gathering and scattering share. */
export function checkRows(op: string, table: Tensor, indices: Tensor): void {
  checkForm(op, table.rank > 0, "a table with an axis of rows", table);
  checkIndices(op, indices, table.shape[0], `the rows of ${formatShape(table.shape)}`);
}

/** @throws TensorError `dtype` for uint8, whose sums are nowhere defined */
export function checkSums(op: string, dtype: DType): void {
  if (dtype === "uint8") {
    throw new TensorError(
      "dtype",
      `${op}: needs float32, float64 or int32, got uint8. Convert first: base.cast("int32").`,
    );
  }
}
