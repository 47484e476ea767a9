import { formatShape } from "../core/shape.ts";
import { TensorError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";

/**
 * The checks that every op in place shares: no tape may still need the old values, and every element must have a
 * place of its own. What was known of the old values is forgotten.
 *
 * @throws TensorError `scope` while recording, `value` for a stretched tensor
 */
export function checkTarget(op: string, target: Tensor): void {
  if (target.device.recording) {
    throw new TensorError(
      "scope",
      `${op}: ${target} cannot change while a tape records: its old values may be needed. Update after the gradients are taken.`,
    );
  }
  const { shape, strides } = target.layout;
  if (shape.some((extent, axis) => extent > 1 && strides[axis] === 0)) {
    throw new TensorError(
      "value",
      `${op}: ${target} is stretched (${formatShape(shape)} with strides ${formatShape(strides)}): several of its ` +
        "elements are one. Change the tensor that it was expanded from.",
    );
  }
  target.storage.range = undefined;
}
