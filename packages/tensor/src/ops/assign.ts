import { formatShape, sameShape } from "../core/shape.ts";
import { TensorError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { deviceOf } from "./apply.ts";

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
  refuseWhileRecording("assign", target);
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
  device.run("copy", [target.view], [source.view], {});
}

/** The check that every op in place shares. */
export function refuseWhileRecording(op: string, target: Tensor): void {
  if (target.device.recording) {
    throw new TensorError(
      "scope",
      `${op}: ${target} cannot change while a tape records: its old values may be needed. Update after the gradients are taken.`,
    );
  }
}
