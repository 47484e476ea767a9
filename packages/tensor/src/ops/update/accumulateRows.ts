import { isContiguous } from "../../core/layout.ts";
import { sizeOf } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkFit, checkOneDtype } from "../../lowering/fit.ts";
import { checkTarget } from "../../lowering/in-place.ts";
import { checkRows, checkSums } from "../../lowering/rows.ts";
import { tensorsApart } from "../../lowering/updates.ts";
import { viewedAs } from "../../lowering/views.ts";
import type { Tensor } from "../../tensor.ts";
import { scatterAddRows } from "../indexing/scatterAddRows.ts";
import { assign } from "./assign.ts";

/**
 * `scatterAddRows` in place: `target[indices[i]] += rows[i]` for i = 0, 1, 2, ... in this order. With zeros before, that
 * is how a captured program writes down what it found at a place that changes from run to run.
 *
 * ```ts
 * accumulateRows(device.zeros([3]), device.tensor([2], { dtype: "int32" }), device.tensor([7]));
 * ```
 *
 * Shapes and dtypes as in `scatterAddRows`. Refused while a tape records.
 *
 * @throws TensorError `dtype`, `shape`, `index`, `scope` while recording
 * @see torch.Tensor.index_add_
 */
export function accumulateRows(target: Tensor, indices: Tensor, rows: Tensor): void {
  const device = deviceOf("accumulateRows", target, indices, rows);
  checkTarget("accumulateRows", target);
  checkRows("accumulateRows", target, indices);
  checkFit("accumulateRows", "rows", rows, [...indices.shape, ...target.shape.slice(1)], { target, indices });
  checkSums("accumulateRows", target.dtype);
  checkOneDtype("accumulateRows", { target, rows });
  device.scope(() => {
    if (!isContiguous(target.layout)) {
      assign(target, scatterAddRows(target, indices, rows));
      return;
    }
    const count = sizeOf(indices.shape);
    const width = sizeOf(target.shape.slice(1));
    const [numbers, values] = tensorsApart([indices, rows], [target]);
    device.run(
      "scatterAddRows",
      [viewedAs(target, [target.shape[0], width]).view],
      [viewedAs(numbers, [count]).view, viewedAs(values, [count, width]).view],
      {},
    );
  });
}
