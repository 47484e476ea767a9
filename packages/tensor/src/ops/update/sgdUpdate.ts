import { isContiguous } from "../../core/layout.ts";
import { checkNumber } from "../../lowering/options.ts";
import { areWritable, checkUpdate, tensorsApart } from "../../lowering/updates.ts";
import type { Tensor } from "../../tensor.ts";
import { add } from "../arithmetic/add.ts";
import { mul } from "../arithmetic/mul.ts";
import { sub } from "../arithmetic/sub.ts";
import { assign } from "./assign.ts";

/** How `sgdUpdate` differs from plain gradient descent. */
export interface SgdUpdateOptions {
  /** The running sum of gradients, of weight's shape, changed in place; zeros before the first step. */
  readonly velocity?: Tensor;
  /** What remains of the velocity at each step. Default: 0. */
  readonly momentum?: number;
  /** Whether to look ahead along the velocity. Default: false. */
  readonly nesterov?: boolean;
  /** This much of the weight is added to the gradient. Default: 0. */
  readonly weightDecay?: number;
}

/**
 * One step of gradient descent, in place: `weight -= learningRate * gradient`, or with a velocity v
 * `v = momentum v + gradient; weight -= learningRate * v` (Nesterov: `gradient + momentum v`).
 *
 * ```ts
 * sgdUpdate(weight, gradient, device.full([], 0.5));
 * ```
 *
 * `weight`, `gradient` and `velocity` have one shape; `learningRate` is a tensor without axes, so that a replayed
 * program sees it change; all share one float dtype. A fused kernel: a backend that lacks it gets the decomposition
 * below, which rounds twice like NumPy's `w -= rate * g`.
 *
 * @throws TensorError `shape`, `dtype`, `value`, `scope` while a tape records
 * @see I. Sutskever et al., ICML 2013; torch.optim.SGD
 */
export function sgdUpdate(
  weight: Tensor,
  gradient: Tensor,
  learningRate: Tensor,
  { velocity, momentum = 0, nesterov = false, weightDecay = 0 }: SgdUpdateOptions = {},
): void {
  const state: Readonly<Record<string, Tensor>> = velocity === undefined ? {} : { velocity };
  const device = checkUpdate("sgdUpdate", weight, { gradient, ...state }, { learningRate });
  checkNumber("sgdUpdate", "momentum", momentum);
  checkNumber("sgdUpdate", "weightDecay", weightDecay);
  device.scope(() => {
    const targets = [weight, ...Object.values(state)];
    if (device.brings("sgdUpdate") && areWritable(targets)) {
      // What lies on the weights themselves would change while it is read.
      const [g, rate] = tensorsApart([gradient, learningRate], targets);
      const out = velocity === undefined ? ([weight.view] as const) : ([weight.view, velocity.view] as const);
      const attributes = { momentum: velocity === undefined ? 0 : momentum, nesterov, weightDecay };
      device.runFused("sgdUpdate", [...out], [g.view, rate.view], attributes);
      return;
    }
    const g = weightDecay === 0 ? gradient : add(gradient, mul(weight, weightDecay));
    if (velocity !== undefined) assign(velocity, add(mul(velocity, momentum), g));
    const direction = velocity === undefined ? g : nesterov ? add(g, mul(velocity, momentum)) : velocity;
    const change = mul(direction, learningRate);
    if (isContiguous(weight.layout)) {
      device.run("binary", [weight.view], [weight.view, change.view], { op: "sub" });
    } else {
      assign(weight, sub(weight, change));
    }
  });
}
