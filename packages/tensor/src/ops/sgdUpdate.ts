import { requireFloat } from "../core/dtype.ts";
import { expandLayout, isContiguous } from "../core/layout.ts";
import { formatShape, sameShape } from "../core/shape.ts";
import { TensorError } from "../errors.ts";
import { deviceOf } from "../lowering/device-of.ts";
import { checkTarget } from "../lowering/in-place.ts";
import { contiguous, copied } from "../lowering/views.ts";
import type { Tensor } from "../tensor.ts";

/**
 * One step of plain gradient descent, in place: `weight -= learningRate * gradient`.
 *
 * ```ts
 * sgdUpdate(weight, gradient, device.full([], 0.5));
 * ```
 *
 * `weight` and `gradient` have one shape; `learningRate` is a tensor without axes, so that a replayed program sees it
 * change; all share one float dtype. A fused kernel: a backend that lacks it gets the decomposition below, which
 * rounds twice like NumPy's `w -= rate * g`.
 *
 * @throws TensorError `shape`, `dtype`, `scope` while a tape records
 */
export function sgdUpdate(weight: Tensor, gradient: Tensor, learningRate: Tensor): void {
  const device = deviceOf("sgdUpdate", weight, gradient, learningRate);
  checkTarget("sgdUpdate", weight);
  requireFloat("sgdUpdate", weight.dtype);
  if (gradient.dtype !== weight.dtype || learningRate.dtype !== weight.dtype) {
    throw new TensorError(
      "dtype",
      `sgdUpdate: weight is ${weight.dtype}, gradient ${gradient.dtype}, learning rate ${learningRate.dtype}; all must have one dtype.`,
    );
  }
  if (!sameShape(weight.shape, gradient.shape) || learningRate.rank !== 0) {
    throw new TensorError(
      "shape",
      `sgdUpdate: weight ${formatShape(weight.shape)} and gradient ${formatShape(gradient.shape)} must have one shape, ` +
        `the learning rate none, got ${formatShape(learningRate.shape)}. Reshape what differs.`,
    );
  }
  device.scope(() => {
    if (device.brings("sgdUpdate") && isContiguous(weight.layout)) {
      const attributes = { momentum: 0, nesterov: false, weightDecay: 0 };
      // What lies on the weights themselves would change while it is read.
      const apart = (x: Tensor): Tensor => (x.storage === weight.storage ? copied(x) : contiguous(x));
      device.runFused(
        "sgdUpdate",
        [weight.view],
        [apart(gradient).view, apart(learningRate).view],
        attributes,
      );
      return;
    }
    const change = device.allocate("sgdUpdate", weight.dtype, weight.shape);
    const rate = { buffer: learningRate.view.buffer, ...expandLayout(learningRate.layout, weight.shape) };
    device.run("binary", [change.view], [gradient.view, rate], { op: "mul" });
    const updated = isContiguous(weight.layout) ? weight : change;
    device.run("binary", [updated.view], [weight.view, change.view], { op: "sub" });
    if (updated !== weight) device.run("copy", [weight.view], [updated.view], {});
  });
}
