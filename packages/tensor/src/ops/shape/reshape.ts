import { checkShape, formatShape, requireArray, type Shape, sizeOf } from "../../core/shape.ts";
import { TensorError } from "../../errors.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { viewedAs } from "../../lowering/views.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * The same elements in the same order under another shape. One size may be -1: it is worked out from the others.
 *
 * ```ts
 * reshape(device.tensor([1, 2, 3, 4]), [2, -1]); // [[1, 2], [3, 4]]
 * ```
 *
 * A view where the elements lie evenly, else a copy.
 *
 * @throws TensorError `shape` when the number of elements differs
 * @see torch.reshape
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const device = deviceOf("reshape", x);
  const wanted = resolveShape(x, shape);
  return device.scope(() => device.finish("reshape", [x], viewedAs(x, wanted), { shape: wanted }));
}

function resolveShape(x: Tensor, shape: Shape): Shape {
  requireArray("reshape", "the shape", shape);
  const size = sizeOf(x.shape);
  const open = shape.filter((extent) => extent === -1).length;
  const areSizes = open <= 1 && shape.every((extent) => Number.isInteger(extent) && extent >= -1);
  const known = areSizes ? sizeOf(shape.filter((extent) => extent !== -1)) : 0;
  const wanted = shape.map((extent) => (extent === -1 && known > 0 ? size / known : extent));
  if (
    !areSizes ||
    wanted.some((extent) => !Number.isInteger(extent) || extent < 0) ||
    sizeOf(wanted) !== size
  ) {
    throw new TensorError(
      "shape",
      `reshape: ${formatShape(x.shape)} holds ${size} elements, which do not fill ${formatShape(shape)}. ` +
        `Give sizes whose product is ${size}; one of them may be -1.`,
    );
  }
  checkShape("reshape", wanted);
  return wanted;
}
