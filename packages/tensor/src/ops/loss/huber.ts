import { elementwiseLoss, type LossOptions } from "../../lowering/losses.ts";
import { checkNumber } from "../../lowering/options.ts";
import type { Tensor } from "../../tensor.ts";
import { abs } from "../arithmetic/abs.ts";
import { mul } from "../arithmetic/mul.ts";
import { square } from "../arithmetic/square.ts";
import { sub } from "../arithmetic/sub.ts";
import { less } from "../logic/less.ts";
import { where } from "../logic/where.ts";

/**
 * Huber's loss of the error e: `e^2 / 2` for small errors, `delta (|e| - delta / 2)` beyond delta, so that outliers
 * pull no harder than others.
 *
 * ```ts
 * huber(device.tensor([0.5, 3]), device.tensor([0, 0]), { reduction: "none" }); // [0.125, 2.5]
 * ```
 *
 * Both of one shape, any float dtype.
 *
 * @param options.delta where the bend is, above 0. Default: 1
 * @throws TensorError `shape`, `dtype`, `value`
 * @see P. Huber, Annals of Mathematical Statistics 35 (1964); torch.nn.functional.huber_loss
 */
export function huber(
  predictions: Tensor,
  targets: Tensor,
  { delta = 1, ...options }: LossOptions & { readonly delta?: number } = {},
): Tensor {
  checkNumber("huber", "delta", delta, " above 0");
  return elementwiseLoss("huber", predictions, targets, options, (x, t) => {
    const error = sub(x, t);
    const size = abs(error);
    const outer = mul(sub(size, delta / 2), delta);
    return where(less(size, delta), mul(square(error), 0.5), outer);
  });
}
