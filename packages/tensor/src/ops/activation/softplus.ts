import { requireFloat } from "../../core/dtype.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkNumber } from "../../lowering/options.ts";
import type { Tensor } from "../../tensor.ts";
import { abs } from "../arithmetic/abs.ts";
import { add } from "../arithmetic/add.ts";
import { div } from "../arithmetic/div.ts";
import { exp } from "../arithmetic/exp.ts";
import { log1p } from "../arithmetic/log1p.ts";
import { mul } from "../arithmetic/mul.ts";
import { neg } from "../arithmetic/neg.ts";
import { relu } from "./relu.ts";

/**
 * A smooth rectifier: `ln(1 + e^(beta x)) / beta`.
 *
 * ```ts
 * softplus(device.tensor([1000])); // [1000]
 * ```
 *
 * float32 and float64, any shape. Computed as `max(z, 0) + ln(1 + e^-|z|)` with `z = beta x`, which never overflows.
 *
 * @param beta above 0; the larger, the sharper the bend. Default: 1
 * @throws TensorError `dtype`, `value` for a beta that is not a finite number above 0
 * @see torch.nn.functional.softplus
 */
export function softplus(x: Tensor, beta: number = 1): Tensor {
  const device = deviceOf("softplus", x);
  requireFloat("softplus", x.dtype);
  checkNumber("softplus", "beta", beta, " above 0");
  return device.asOne("softplus", [x], { beta }, () => {
    const z = mul(x, beta);
    return div(add(relu(z), log1p(exp(neg(abs(z))))), beta);
  });
}
