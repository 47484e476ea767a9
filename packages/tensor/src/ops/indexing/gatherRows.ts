import { checkShape, sizeOf } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkRows } from "../../lowering/rows.ts";
import { contiguous, viewedAs } from "../../lowering/views.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * Rows of a table by their numbers: entry i of the result is `table[indices[i]]`.
 *
 * ```ts
 * gatherRows(device.tensor([[1, 1], [2, 2], [3, 3]]), device.tensor([2, 0], { dtype: "int32" })); // [[3, 3], [1, 1]]
 * ```
 *
 * `table` is `[rows, ...]` of any dtype, `indices` int32 of any shape S; the result is `[...S, ...]`. An index outside
 * the table is refused where the device can read indices at once; else its row is zeros.
 *
 * @throws TensorError `dtype` for indices that are not int32, `shape` for a table without axes, `index`
 * @see torch.nn.functional.embedding
 */
export function gatherRows(table: Tensor, indices: Tensor): Tensor {
  const device = deviceOf("gatherRows", table, indices);
  checkRows("gatherRows", table, indices);
  const row = table.shape.slice(1);
  const count = sizeOf(indices.shape);
  checkShape("gatherRows", [...indices.shape, ...row]);
  return device.scope(() => {
    const rows = viewedAs(table, [table.shape[0], sizeOf(row)]);
    const even = rows.layout.strides[1] === 1 || rows.shape[1] <= 1 ? rows : contiguous(rows);
    const out = device.allocate("gatherRows", table.dtype, [...indices.shape, ...row]);
    const flat = {
      buffer: out.view.buffer,
      offset: 0,
      shape: [count, even.shape[1]],
      strides: [even.shape[1], 1],
    };
    device.run("gatherRows", [flat], [even.view, viewedAs(contiguous(indices), [count]).view], {});
    return device.finish("gatherRows", [table, indices], out, {});
  });
}
