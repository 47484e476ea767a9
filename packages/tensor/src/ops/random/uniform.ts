import type { DType } from "../../backend.ts";
import { requireFloat } from "../../core/dtype.ts";
import { checkShape, type Shape, sizeOf } from "../../core/shape.ts";
import { TensorError } from "../../errors.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkNumber } from "../../lowering/options.ts";
import { requireKey } from "../../lowering/random-words.ts";
import { unitInterval } from "../../lowering/unit-interval.ts";
import type { Tensor } from "../../tensor.ts";
import { add } from "../arithmetic/add.ts";
import { mul } from "../arithmetic/mul.ts";
import { reshape } from "../shape/reshape.ts";

/** What `uniform` draws. */
export interface UniformOptions {
  /** Default: 0. */
  readonly low?: number;
  /** Never reached but by rounding. Default: 1. */
  readonly high?: number;
  /** float32 or float64. Default: float32. */
  readonly dtype?: DType;
}

/**
 * Random numbers from `low` to `high`, each equally likely.
 *
 * ```ts
 * uniform(device.randomKey(7), [2, 3]).shape; // [2, 3]
 * ```
 *
 * float32 has 24 random bits, the upper ones of one word each; float64 has 53, of two.
 *
 * @param key see `device.randomKey`; use each for one draw
 * @throws TensorError `value` unless `low <= high` are finite, and for what is no key; `dtype`, `shape`
 * @see torch.rand
 */
export function uniform(
  key: Tensor,
  shape: Shape,
  { low = 0, high = 1, dtype = "float32" }: UniformOptions = {},
): Tensor {
  const device = deviceOf("uniform", key);
  requireKey("uniform", key);
  requireFloat("uniform", dtype);
  device.assertDtype("uniform", dtype);
  checkShape("uniform", shape);
  checkNumber("uniform", "low", low);
  checkNumber("uniform", "high", high);
  if (!(low <= high && Number.isFinite(high - low))) {
    throw new TensorError("value", `uniform: needs finite numbers low <= high, got ${low} and ${high}.`);
  }
  return device.unrecorded(() => {
    const unit = reshape(unitInterval("uniform", key, sizeOf(shape), dtype), shape);
    return low === 0 && high === 1 ? unit : add(mul(unit, high - low), low);
  });
}
