import { sizeOf } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkFit, checkOneDtype } from "../../lowering/fit.ts";
import { checkRows, checkSums } from "../../lowering/rows.ts";
import { contiguous, copied, viewedAs } from "../../lowering/views.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * A copy of `base` to whose rows others are added: `out[indices[i]] += rows[i]` for i = 0, 1, 2, ... in this order.
 *
 * ```ts
 * scatterAddRows(device.zeros([3, 1]), device.tensor([0, 0], { dtype: "int32" }), device.ones([2, 1])); // [[2], [0], [0]]
 * ```
 *
 * `base` is `[R, ...]`, `indices` int32 of any shape S, `rows` `[...S, ...]` of base's dtype (float32, float64,
 * int32). An index outside `base` is refused where the device can read indices at once; else its row is left away.
 *
 * @throws TensorError `dtype`, `shape`, `index`
 * @see torch.Tensor.index_add
 */
export function scatterAddRows(base: Tensor, indices: Tensor, rows: Tensor): Tensor {
  const device = deviceOf("scatterAddRows", base, indices, rows);
  checkRows("scatterAddRows", base, indices);
  checkFit("scatterAddRows", "rows", rows, [...indices.shape, ...base.shape.slice(1)], { base, indices });
  checkSums("scatterAddRows", base.dtype);
  checkOneDtype("scatterAddRows", { base, rows });
  const count = sizeOf(indices.shape);
  const width = sizeOf(base.shape.slice(1));
  return device.scope(() => {
    const out = copied(base);
    const flat = { buffer: out.view.buffer, offset: 0, shape: [base.shape[0], width], strides: [width, 1] };
    const numbers = viewedAs(contiguous(indices), [count]);
    const values = viewedAs(contiguous(rows), [count, width]);
    device.run("scatterAddRows", [flat], [numbers.view, values.view], {});
    return device.finish("scatterAddRows", [base, indices, rows], out, {});
  });
}
