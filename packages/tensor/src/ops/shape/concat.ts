import { promote } from "../../core/dtype.ts";
import { formatShape, normalizeAxis, requireArray } from "../../core/shape.ts";
import { TensorError } from "../../errors.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { broughtTo } from "../../lowering/operands.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * Tensors one after the other along an axis; all other sizes are equal. Of several dtypes the widest is the result's.
 *
 * ```ts
 * concat([device.tensor([1, 2]), device.tensor([3])], 0); // [1, 2, 3]
 * ```
 *
 * @throws TensorError `value` for no tensors, `axis`, `shape` with the first tensor that does not fit
 * @see torch.cat
 */
export function concat(tensors: readonly Tensor[], axis: number = 0): Tensor {
  requireArray("concat", "the tensors", tensors);
  const [first, ...others] = tensors;
  if (first === undefined) throw new TensorError("value", "concat: needs at least one tensor, got none.");
  const device = deviceOf("concat", first, ...others);
  const along = normalizeAxis("concat", axis, first.shape);
  for (const [i, tensor] of others.entries()) {
    const fits =
      tensor.rank === first.rank && tensor.shape.every((n, k) => k === along || n === first.shape[k]);
    if (!fits) {
      throw new TensorError(
        "shape",
        `concat: tensor ${i + 1} has shape ${formatShape(tensor.shape)}, which differs from ${formatShape(first.shape)} ` +
          `in more than axis ${along}. Reshape or slice it first.`,
      );
    }
  }
  return device.scope(() => {
    const dtype = tensors.map((tensor) => tensor.dtype).reduce(promote);
    const parts = tensors.map((tensor) => broughtTo(tensor, dtype, tensor.shape));
    const total = parts.reduce((sum, part) => sum + part.shape[along], 0);
    const out = device.allocate("concat", dtype, first.shape.with(along, total));
    let start = 0;
    for (const part of parts) {
      const { offset, strides } = out.layout;
      const place = { offset: offset + start * strides[along], shape: part.shape, strides };
      device.run("copy", [{ buffer: out.view.buffer, ...place }], [part.view], {});
      start += part.shape[along];
    }
    return device.finish("concat", parts, out, { axis: along });
  });
}
