import { isContiguous } from "../../core/layout.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkFit, checkOneDtype } from "../../lowering/fit.ts";
import { checkTarget } from "../../lowering/in-place.ts";
import { scalarLike } from "../../lowering/operands.ts";
import { tensorsApart } from "../../lowering/updates.ts";
import type { Tensor } from "../../tensor.ts";
import { add } from "../arithmetic/add.ts";
import { assign } from "./assign.ts";

/**
 * `target += amount`, in place: for counters and running sums that a captured program keeps.
 *
 * ```ts
 * accumulate(device.tensor([1, 2]), device.tensor([3, 4]));
 * ```
 *
 * `amount` has the target's shape and dtype, or is a number for a target of one element. Refused while a tape records.
 *
 * @throws TensorError `shape`, `dtype`, `scope` while recording
 * @see torch.Tensor.add_
 */
export function accumulate(target: Tensor, amount: Tensor | number): void {
  const device = deviceOf("accumulate", target, ...(typeof amount === "number" ? [] : [amount]));
  checkTarget("accumulate", target);
  device.scope(() => {
    const given =
      typeof amount === "number" ? scalarLike(device, amount, target.dtype).expand(target.shape) : amount;
    checkFit("accumulate", "the amount", given, target.shape, { target });
    checkOneDtype("accumulate", { target, amount: given });
    if (!isContiguous(target.layout)) {
      assign(target, add(target, given));
      return;
    }
    const [apart] = tensorsApart([given], [target]);
    device.run("binary", [target.view], [target.view, apart.view], { op: "add" });
  });
}
