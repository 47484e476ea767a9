import { formatShape, sameShape } from "../../core/shape.ts";
import { TensorError } from "../../errors.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkTarget } from "../../lowering/in-place.ts";
import { copied } from "../../lowering/views.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * Overwrites `target` in place with the values of `source`; every view of it sees them.
 *
 * ```ts
 * assign(runningMean, runningMean.mul(0.9).add(batchMean.mul(0.1)));
 * ```
 *
 * Same shape, same dtype. Not differentiable, and refused while a tape records: the tape may need the old values.
 *
 * @throws TensorError `shape`, `dtype`, `scope` while recording
 */
export function assign(target: Tensor, source: Tensor): void {
  const device = deviceOf("assign", target, source);
  checkTarget("assign", target);
  if (!sameShape(target.shape, source.shape)) {
    throw new TensorError(
      "shape",
      `assign: the target has shape ${formatShape(target.shape)}, the source ${formatShape(source.shape)}. They must be equal.`,
    );
  }
  if (target.dtype !== source.dtype) {
    throw new TensorError(
      "dtype",
      `assign: the target is ${target.dtype}, the source ${source.dtype}. Cast the source.`,
    );
  }
  // A source on the same elements, such as the target's own transpose, would change while it is read.
  device.scope(() => {
    const values = source.storage === target.storage ? copied(source) : source;
    device.run("copy", [target.view], [values.view], {});
  });
}
