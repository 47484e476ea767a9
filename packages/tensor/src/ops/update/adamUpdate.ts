import { checkNumber, checkShare } from "../../lowering/options.ts";
import { areWritable, checkUpdate, tensorsApart } from "../../lowering/updates.ts";
import type { Tensor } from "../../tensor.ts";
import { add } from "../arithmetic/add.ts";
import { div } from "../arithmetic/div.ts";
import { mul } from "../arithmetic/mul.ts";
import { pow } from "../arithmetic/pow.ts";
import { sqrt } from "../arithmetic/sqrt.ts";
import { square } from "../arithmetic/square.ts";
import { sub } from "../arithmetic/sub.ts";
import { assign } from "./assign.ts";

/** What Adam keeps of earlier steps, of the weight's shape, changed in place; zeros before the first step. */
export interface AdamState {
  /** The running mean of the gradients. */
  readonly firstMoment: Tensor;
  /** The running mean of their squares. */
  readonly secondMoment: Tensor;
}

/** Adam's numbers. */
export interface AdamUpdateOptions {
  /** What remains of the first moment at each step. Default: 0.9. */
  readonly beta1?: number;
  /** What remains of the second moment. Default: 0.999. */
  readonly beta2?: number;
  /** Added to the root of the second moment. Default: 1e-8. */
  readonly epsilon?: number;
  /** Default: 0. */
  readonly weightDecay?: number;
  /** Whether the weight shrinks by itself (AdamW) or decay is part of the gradient. Default: false. */
  readonly decoupled?: boolean;
}

/**
 * One step of Adam, in place: moments `m = beta1 m + (1 - beta1) g`, `v = beta2 v + (1 - beta2) g^2`, then
 * `weight -= learningRate (m / (1 - beta1^step)) / (sqrt(v / (1 - beta2^step)) + epsilon)`.
 *
 * ```ts
 * adamUpdate(weight, gradient, moments, device.full([], 0.001), device.full([], 1));
 * ```
 *
 * `learningRate` and `step`, which counts from 1, are tensors without axes, so that a replayed program sees them
 * change; all share one float dtype. A fused kernel: a backend that lacks it gets the formula in ops.
 *
 * @throws TensorError `shape`, `dtype`, `value`, `scope` while a tape records
 * @see D. Kingma, J. Ba, ICLR 2015; I. Loshchilov, F. Hutter, ICLR 2019; torch.optim.Adam and AdamW
 */
export function adamUpdate(
  weight: Tensor,
  gradient: Tensor,
  { firstMoment, secondMoment }: AdamState,
  learningRate: Tensor,
  step: Tensor,
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0, decoupled = false }: AdamUpdateOptions = {},
): void {
  const alike = { gradient, firstMoment, secondMoment };
  const device = checkUpdate("adamUpdate", weight, alike, { learningRate, step });
  for (const [name, value] of Object.entries({ beta1, beta2 })) checkShare("adamUpdate", name, value);
  checkNumber("adamUpdate", "epsilon", epsilon, " from 0 up");
  checkNumber("adamUpdate", "weightDecay", weightDecay);
  device.scope(() => {
    const targets = [weight, firstMoment, secondMoment];
    if (device.brings("adamUpdate") && areWritable(targets)) {
      const [g, rate, count] = tensorsApart([gradient, learningRate, step], targets);
      device.runFused(
        "adamUpdate",
        [weight.view, firstMoment.view, secondMoment.view],
        [g.view, rate.view, count.view],
        { beta1, beta2, epsilon, weightDecay, decoupled },
      );
      return;
    }
    const decayed = decoupled ? mul(weight, sub(1, mul(learningRate, weightDecay))) : weight;
    const g = decoupled || weightDecay === 0 ? gradient : add(gradient, mul(weight, weightDecay));
    const m = add(mul(firstMoment, beta1), mul(g, 1 - beta1));
    const v = add(mul(secondMoment, beta2), mul(square(g), 1 - beta2));
    const rate = div(learningRate, sub(1, pow(beta1, step)));
    const scale = sqrt(sub(1, pow(beta2, step)));
    assign(weight, sub(decayed, div(mul(m, rate), add(div(sqrt(v), scale), epsilon))));
    assign(firstMoment, m);
    assign(secondMoment, v);
  });
}
