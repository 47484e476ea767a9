import { expandLayout } from "../../core/layout.ts";
import { broadcastShapes, checkShape, formatShape, type Shape, sameShape } from "../../core/shape.ts";
import { TensorError } from "../../errors.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { viewed } from "../../lowering/views.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * The tensor stretched to a larger shape: axes of size 1 and missing leading axes repeat. No element is copied.
 *
 * ```ts
 * expand(device.tensor([[1], [2]]), [2, 3]); // [[1, 1, 1], [2, 2, 2]]
 * ```
 *
 * @throws TensorError `shape` when `x` does not broadcast to exactly this shape
 * @see torch.Tensor.expand
 */
export function expand(x: Tensor, shape: Shape): Tensor {
  const device = deviceOf("expand", x);
  checkShape("expand", shape);
  if (!sameShape(broadcastShapes("expand", x.shape, shape), shape)) {
    throw new TensorError(
      "shape",
      `expand: ${formatShape(x.shape)} does not stretch to ${formatShape(shape)}: it is larger. Use sum or slice to shrink.`,
    );
  }
  // A copy, since the caller may change the array.
  const wanted = [...shape];
  return device.finish("expand", [x], viewed(x, expandLayout(x.layout, wanted)), { shape: wanted });
}
