import { deviceOf } from "../../lowering/device-of.ts";
import { checkFit, checkOneDtype } from "../../lowering/fit.ts";
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
  checkFit("assign", "the source", source, target.shape, { target });
  checkOneDtype("assign", { target, source });
  // A source on the same elements, such as the target's own transpose, would change while it is read.
  device.scope(() => {
    const values = source.storage === target.storage ? copied(source) : source;
    device.run("copy", [target.view], [values.view], {});
  });
}
