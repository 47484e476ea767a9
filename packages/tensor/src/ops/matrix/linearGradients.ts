import type { Activation } from "../../backend.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { contiguous } from "../../lowering/views.ts";
import type { Tensor } from "../../tensor.ts";
import { mul } from "../arithmetic/mul.ts";
import { square } from "../arithmetic/square.ts";
import { sub } from "../arithmetic/sub.ts";
import { greater } from "../logic/greater.ts";
import { where } from "../logic/where.ts";
import { sum } from "../reduction/sum.ts";
import { transpose } from "../shape/transpose.ts";
import { matmul } from "./matmul.ts";

/** The gradients of `linear`; that by x only where it was asked for. */
export interface LinearGradients {
  readonly x: Tensor | undefined;
  readonly weight: Tensor;
  readonly bias: Tensor;
}

/**
 * The gradients of `linear` by x, weight and bias: with `h = g activation'`, `h w^T`, `x^T h` and the sum of h. For its
 * gradient rule; there is no check, the rule's tensors fit.
 *
 * ```ts
 * const [x, w, y] = [device.tensor([[2]]), device.tensor([[3]]), device.tensor([[6]])];
 * linearGradients(device.ones([1, 1]), x, w, y, "relu", true).weight; // [[2]]
 * ```
 *
 * A fused kernel, as `linearBackward`. While a tape records, and where the backend lacks it, the formula in ops,
 * through which gradients flow again.
 *
 * @param y what `linear` gave
 * @see torch.nn.functional.linear
 */
export function linearGradients(
  g: Tensor,
  x: Tensor,
  weight: Tensor,
  y: Tensor,
  activation: Activation,
  needsX: boolean,
): LinearGradients {
  const device = deviceOf("linearGradients", g, x, weight, y);
  return device.scope(() => {
    if (device.brings("linearBackward") && !device.recording && g.size > 0 && x.size > 0) {
      const made = {
        x: needsX ? device.allocate("linearGradients", x.dtype, x.shape) : undefined,
        weight: device.allocate("linearGradients", x.dtype, weight.shape),
        bias: device.allocate("linearGradients", x.dtype, [weight.shape[1]]),
      };
      const inputs = [g, x, weight, y].map((tensor) => contiguous(tensor).view);
      device.runFused(
        "linearBackward",
        made.x === undefined
          ? [made.weight.view, made.bias.view]
          : [made.weight.view, made.bias.view, made.x.view],
        [inputs[0], inputs[1], inputs[2], inputs[3]],
        { activation },
      );
      return made;
    }
    const h = beforeActivation(g, y, activation);
    return {
      x: needsX ? matmul(h, transpose(weight)) : undefined,
      weight: matmul(transpose(x), h),
      bias: sum(h, { axes: 0 }),
    };
  });
}

// relu' is 1 where y > 0; sigmoid' = y (1 - y); tanh' = 1 - y^2
function beforeActivation(g: Tensor, y: Tensor, activation: Activation): Tensor {
  if (activation === "relu") return where(greater(y, 0), g, 0);
  if (activation === "sigmoid") return mul(g, mul(y, sub(1, y)));
  return activation === "tanh" ? mul(g, sub(1, square(y))) : g;
}
