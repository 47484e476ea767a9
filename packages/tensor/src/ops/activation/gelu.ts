import { requireFloat } from "../../core/dtype.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkChoice } from "../../lowering/options.ts";
import type { Tensor } from "../../tensor.ts";
import { add } from "../arithmetic/add.ts";
import { erf } from "../arithmetic/erf.ts";
import { mul } from "../arithmetic/mul.ts";
import { tanh } from "../arithmetic/tanh.ts";

/** How the normal distribution's integral in `gelu` is computed. */
export type GeluApproximation = "none" | "tanh";

/**
 * The Gaussian error linear unit: `x` times the chance that a standard normal number lies below `x`.
 *
 * ```ts
 * gelu(device.tensor([0, 100])); // [0, 100]
 * ```
 *
 * Exact, `x/2 (1 + erf(x / sqrt 2))`, or with `approximate: "tanh"`
 * `x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))`. float32 and float64, any shape.
 *
 * @throws TensorError `dtype`, `value` for an unknown approximation
 * @see D. Hendrycks, K. Gimpel, arXiv:1606.08415; torch.nn.functional.gelu
 */
export function gelu(x: Tensor, { approximate = "none" }: { approximate?: GeluApproximation } = {}): Tensor {
  const device = deviceOf("gelu", x);
  requireFloat("gelu", x.dtype);
  checkChoice("gelu", "approximate", approximate, ["none", "tanh"]);
  return device.asOne("gelu", [x], { approximate }, () => {
    const inner = approximate === "none" ? erf(mul(x, Math.SQRT1_2)) : tanh(tanhArgument(x));
    return mul(mul(x, 0.5), add(inner, 1));
  });
}

// sqrt(2/pi) (x + 0.044715 x^3)
function tanhArgument(x: Tensor): Tensor {
  return mul(add(mul(mul(mul(x, x), x), 0.044715), x), Math.sqrt(2 / Math.PI));
}
