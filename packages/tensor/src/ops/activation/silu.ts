import { requireFloat } from "../../core/dtype.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import type { Tensor } from "../../tensor.ts";
import { mul } from "../arithmetic/mul.ts";
import { sigmoid } from "./sigmoid.ts";

/**
 * The sigmoid linear unit, also called swish: `x / (1 + e^-x)`.
 *
 * ```ts
 * silu(device.tensor([0, 100])); // [0, 100]
 * ```
 *
 * float32 and float64, any shape.
 *
 * @throws TensorError `dtype`
 * @see S. Elfwing, E. Uchibe, K. Doya, arXiv:1702.03118; torch.nn.functional.silu
 */
export function silu(x: Tensor): Tensor {
  const device = deviceOf("silu", x);
  requireFloat("silu", x.dtype);
  return device.asOne("silu", [x], {}, () => mul(x, sigmoid(x)));
}
