import type { DType } from "../../backend.ts";
import { requireFloat } from "../../core/dtype.ts";
import { checkShape, type Shape, sizeOf } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkNumber } from "../../lowering/options.ts";
import { requireKey } from "../../lowering/random-words.ts";
import { unitInterval } from "../../lowering/unit-interval.ts";
import type { Tensor } from "../../tensor.ts";
import { add } from "../arithmetic/add.ts";
import { cos } from "../arithmetic/cos.ts";
import { log1p } from "../arithmetic/log1p.ts";
import { mul } from "../arithmetic/mul.ts";
import { neg } from "../arithmetic/neg.ts";
import { sin } from "../arithmetic/sin.ts";
import { sqrt } from "../arithmetic/sqrt.ts";
import { concat } from "../shape/concat.ts";
import { reshape } from "../shape/reshape.ts";
import { slice } from "../shape/slice.ts";

/** What `normal` draws. */
export interface NormalOptions {
  /** Default: 0. */
  readonly mean?: number;
  /** The standard deviation, from 0 up. Default: 1. */
  readonly deviation?: number;
  /** float32 or float64. Default: float32. */
  readonly dtype?: DType;
}

/**
 * Random numbers of the normal distribution.
 *
 * ```ts
 * normal(device.randomKey(7), [2, 3]).shape; // [2, 3]
 * ```
 *
 * Two uniform numbers u and v give two normal ones, `sqrt(-2 ln(1 - u))` times the cosine and the sine of `2 pi v`.
 * Backends agree within the accuracy of their logarithm, sine and cosine. In float32 no number lies further out than
 * 5.8 deviations, in float64 than 8.6.
 *
 * @param key see `device.randomKey`; use each for one draw
 * @throws TensorError `value` for numbers that are not finite, a deviation below 0, or what is no key; `dtype`, `shape`
 * @see G. Box, M. Muller, Annals of Mathematical Statistics 29 (1958); torch.randn
 */
export function normal(
  key: Tensor,
  shape: Shape,
  { mean = 0, deviation = 1, dtype = "float32" }: NormalOptions = {},
): Tensor {
  const device = deviceOf("normal", key);
  requireKey("normal", key);
  requireFloat("normal", dtype);
  device.assertDtype("normal", dtype);
  checkShape("normal", shape);
  checkNumber("normal", "mean", mean);
  checkNumber("normal", "deviation", deviation, " from 0 up");
  return device.unrecorded(() => {
    const count = sizeOf(shape);
    const pairs = Math.ceil(count / 2);
    const unit = unitInterval("normal", key, 2 * pairs, dtype);
    const radius = sqrt(mul(log1p(neg(slice(unit, 0, 0, pairs))), -2));
    const angle = mul(slice(unit, 0, pairs, 2 * pairs), 2 * Math.PI);
    const drawn = concat([mul(radius, cos(angle)), mul(radius, sin(angle))]);
    return add(mul(reshape(slice(drawn, 0, 0, count), shape), deviation), mean);
  });
}
