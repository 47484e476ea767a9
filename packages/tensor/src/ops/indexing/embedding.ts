import { checkShape } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkForm } from "../../lowering/fit.ts";
import { checkNumber } from "../../lowering/options.ts";
import { checkRows } from "../../lowering/rows.ts";
import type { Tensor } from "../../tensor.ts";
import { equal } from "../logic/equal.ts";
import { where } from "../logic/where.ts";
import { stopGradient } from "../shape/stopGradient.ts";
import { unsqueeze } from "../shape/unsqueeze.ts";
import { gatherRows } from "./gatherRows.ts";

/**
 * A learned vector for each token: row `indices[i]` of the table.
 *
 * ```ts
 * embedding(device.tensor([1, 1], { dtype: "int32" }), device.tensor([[0, 0], [3, 4]])); // [[3, 4], [3, 4]]
 * ```
 *
 * `indices` is int32 of any shape S, `table` `[tokens, width]`, the result `[...S, width]`.
 *
 * @param options.paddingIndex a token whose row learns nothing. Default: none
 * @throws TensorError `dtype`, `shape`, `index`, `value` for a paddingIndex that is no number
 * @see torch.nn.functional.embedding
 */
export function embedding(
  indices: Tensor,
  table: Tensor,
  { paddingIndex }: { readonly paddingIndex?: number } = {},
): Tensor {
  const device = deviceOf("embedding", indices, table);
  checkRows("embedding", table, indices);
  checkForm("embedding", table.rank === 2, "a table [tokens, width] (gatherRows takes others)", table);
  checkShape("embedding", [...indices.shape, table.shape[1]]);
  if (paddingIndex !== undefined) checkNumber("embedding", "paddingIndex", paddingIndex);
  if (paddingIndex === undefined) return gatherRows(table, indices);
  return device.scope(() => {
    const rows = gatherRows(table, indices);
    return where(unsqueeze(equal(indices, paddingIndex), -1), stopGradient(rows), rows);
  });
}
