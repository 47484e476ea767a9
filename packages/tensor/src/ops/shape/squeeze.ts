import { formatShape, normalizeAxes } from "../../core/shape.ts";
import { TensorError } from "../../errors.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import type { Tensor } from "../../tensor.ts";
import { reshape } from "./reshape.ts";

/**
 * Axes of size 1 left out: all of them, or those named. No element is copied.
 *
 * ```ts
 * squeeze(device.zeros([1, 3, 1])).shape; // [3]
 * ```
 *
 * @throws TensorError `axis`, `shape` when a named axis has another size
 * @see torch.squeeze, which leaves a named axis of another size alone
 */
export function squeeze(x: Tensor, axes?: number | readonly number[]): Tensor {
  deviceOf("squeeze", x);
  const named = axes === undefined ? undefined : normalizeAxes("squeeze", axes, x.shape);
  const wrong = named?.find((axis) => x.shape[axis] !== 1);
  if (wrong !== undefined) {
    throw new TensorError(
      "shape",
      `squeeze: axis ${wrong} of ${formatShape(x.shape)} has size ${x.shape[wrong]}; only axes of size 1 can go. Use a reduction or slice.`,
    );
  }
  return reshape(
    x,
    x.shape.filter((extent, axis) => (named === undefined ? extent !== 1 : !named.includes(axis))),
  );
}
