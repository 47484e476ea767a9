import { requireFloat } from "../../core/dtype.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkNumber } from "../../lowering/options.ts";
import type { Tensor } from "../../tensor.ts";
import { expm1 } from "../arithmetic/expm1.ts";
import { mul } from "../arithmetic/mul.ts";
import { greater } from "../logic/greater.ts";
import { where } from "../logic/where.ts";

/**
 * The exponential linear unit: `x` where it is positive, `alpha (e^x - 1)` elsewhere.
 *
 * ```ts
 * elu(device.tensor([0, 2])); // [0, 2]
 * ```
 *
 * float32 and float64, any shape; NaN stays NaN. The derivative at 0 is `alpha`.
 *
 * @param alpha what the negative side falls to. Default: 1
 * @throws TensorError `dtype`, `value` for an alpha that is not finite
 * @see D. Clevert, T. Unterthiner, S. Hochreiter, ICLR 2016; torch.nn.functional.elu
 */
export function elu(x: Tensor, alpha: number = 1): Tensor {
  const device = deviceOf("elu", x);
  requireFloat("elu", x.dtype);
  checkNumber("elu", "alpha", alpha);
  return device.asOne("elu", [x], { alpha }, () => where(greater(x, 0), x, mul(expm1(x), alpha)));
}
