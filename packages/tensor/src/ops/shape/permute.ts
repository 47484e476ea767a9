import { permuteLayout } from "../../core/layout.ts";
import { formatShape, normalizeAxis, requireArray } from "../../core/shape.ts";
import { TensorError } from "../../errors.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { viewed } from "../../lowering/views.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * The axes in another order: axis i of the result is axis `order[i]` of `x`. No element is copied.
 *
 * ```ts
 * permute(device.zeros([2, 3, 4]), [2, 0, 1]).shape; // [4, 2, 3]
 * ```
 *
 * @throws TensorError `axis` when `order` does not name every axis once
 * @see torch.permute
 */
export function permute(x: Tensor, order: readonly number[]): Tensor {
  const device = deviceOf("permute", x);
  requireArray("permute", "the order", order);
  const axes = order.map((axis) => normalizeAxis("permute", axis, x.shape));
  if (axes.length !== x.rank || new Set(axes).size !== axes.length) {
    throw new TensorError(
      "axis",
      `permute: [${order.join(", ")}] does not name each of the ${x.rank} axes of ${formatShape(x.shape)} once. Give an order such as [${x.shape
        .map((_, i) => i)
        .reverse()
        .join(", ")}].`,
    );
  }
  return device.finish("permute", [x], viewed(x, permuteLayout(x.layout, axes)), { order: axes });
}
