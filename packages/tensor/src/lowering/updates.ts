import { requireFloat } from "../core/dtype.ts";
import { isContiguous } from "../core/layout.ts";
import type { Device } from "../device.ts";
import type { Tensor } from "../tensor.ts";
import { deviceOf } from "./device-of.ts";
import { checkFit, checkOneDtype } from "./fit.ts";
import { checkTarget } from "./in-place.ts";
import { contiguous, copied } from "./views.ts";

/**
 * The checks that optimiser updates share, and the device.
 *
 * @param alike tensors of the weight's shape, by name; all but `gradient` are changed in place
 * @param scalars tensors without axes, by name
 * @throws TensorError `shape`, `dtype`, `scope` while a tape records, `value` for a stretched target
 */
export function checkUpdate(
  op: string,
  weight: Tensor,
  alike: Readonly<Record<string, Tensor>>,
  scalars: Readonly<Record<string, Tensor>>,
): Device {
  const others = { ...alike, ...scalars };
  const device = deviceOf(op, weight, ...Object.values(others));
  checkTarget(op, weight);
  for (const [name, tensor] of Object.entries(alike)) if (name !== "gradient") checkTarget(op, tensor);
  requireFloat(op, weight.dtype);
  checkOneDtype(op, { weight, ...others });
  for (const [name, tensor] of Object.entries(others)) {
    checkFit(op, name, tensor, name in alike ? weight.shape : [], { weight });
  }
  return device;
}

/** Whether a fused kernel may write to these: contiguous, and none on the memory of another. */
export function areWritable(targets: readonly Tensor[]): boolean {
  const storages = new Set(targets.map(({ storage }) => storage));
  return storages.size === targets.length && targets.every(({ layout }) => isContiguous(layout));
}

/** The tensors, contiguous, and copied where they lie on the memory of one of the targets. */
export function tensorsApart(tensors: readonly Tensor[], targets: readonly Tensor[]): Tensor[] {
  return tensors.map((tensor) =>
    targets.some(({ storage }) => storage === tensor.storage) ? copied(tensor) : contiguous(tensor),
  );
}
