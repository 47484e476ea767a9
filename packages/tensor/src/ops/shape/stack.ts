import { checkShape, formatShape, normalizeAxis, requireArray, sameShape } from "../../core/shape.ts";
import { TensorError } from "../../errors.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import type { Tensor } from "../../tensor.ts";
import { concat } from "./concat.ts";
import { unsqueeze } from "./unsqueeze.ts";

/**
 * Tensors of one shape side by side along a new axis. Of several dtypes the widest is the result's.
 *
 * ```ts
 * stack([device.tensor([1, 2]), device.tensor([3, 4])]); // [[1, 2], [3, 4]]
 * ```
 *
 * @param axis where the new axis stands in the result. Default: 0
 * @throws TensorError `value` for no tensors, `axis`, `shape` with the first tensor that differs
 * @see torch.stack
 */
export function stack(tensors: readonly Tensor[], axis: number = 0): Tensor {
  requireArray("stack", "the tensors", tensors);
  const [first, ...others] = tensors;
  if (first === undefined) throw new TensorError("value", "stack: needs at least one tensor, got none.");
  const device = deviceOf("stack", first, ...others);
  const along = normalizeAxis("stack", axis, [...first.shape, 1]);
  for (const [i, tensor] of others.entries()) {
    if (sameShape(tensor.shape, first.shape)) continue;
    throw new TensorError(
      "shape",
      `stack: tensor ${i + 1} has shape ${formatShape(tensor.shape)}, the first ${formatShape(first.shape)}. All must have one shape.`,
    );
  }
  checkShape("stack", [...first.shape, tensors.length]);
  return device.scope(() =>
    concat(
      tensors.map((tensor) => unsqueeze(tensor, along)),
      along,
    ),
  );
}
