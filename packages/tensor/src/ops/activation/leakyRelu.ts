import { requireFloat } from "../../core/dtype.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkNumber } from "../../lowering/options.ts";
import type { Tensor } from "../../tensor.ts";
import { mul } from "../arithmetic/mul.ts";
import { greater } from "../logic/greater.ts";
import { where } from "../logic/where.ts";

/**
 * A rectifier that leaks: `x` where it is positive, `slope x` elsewhere.
 *
 * ```ts
 * leakyRelu(device.tensor([-100, 2])); // [-1, 2]
 * ```
 *
 * float32 and float64, any shape; NaN stays NaN. The derivative at 0 is `slope`.
 *
 * @param slope on the negative side. Default: 0.01
 * @throws TensorError `dtype`, `value` for a slope that is not finite
 * @see torch.nn.functional.leaky_relu
 */
export function leakyRelu(x: Tensor, slope: number = 0.01): Tensor {
  const device = deviceOf("leakyRelu", x);
  requireFloat("leakyRelu", x.dtype);
  checkNumber("leakyRelu", "slope", slope);
  return device.asOne("leakyRelu", [x], { slope }, () => where(greater(x, 0), x, mul(x, slope)));
}
