import { checkShape, type Shape, sizeOf } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkShare } from "../../lowering/options.ts";
import { randomWords, requireKey, signFlipped } from "../../lowering/random-words.ts";
import type { Tensor } from "../../tensor.ts";
import { less } from "../logic/less.ts";
import { reshape } from "../shape/reshape.ts";

/**
 * Throws of an uneven coin: 1 with a given chance, else 0, as uint8.
 *
 * ```ts
 * bernoulli(device.randomKey(7), 1, [3]); // [1, 1, 1]
 * ```
 *
 * The chance is met to 2^-32.
 *
 * @param key see `device.randomKey`; use each for one draw
 * @param probability of a 1, from 0 to 1
 * @throws TensorError `value` for a probability outside, and for what is no key; `shape`
 * @see torch.bernoulli
 */
export function bernoulli(key: Tensor, probability: number, shape: Shape): Tensor {
  const device = deviceOf("bernoulli", key);
  requireKey("bernoulli", key);
  checkShape("bernoulli", shape);
  checkShare("bernoulli", "probability", probability);
  return device.unrecorded(() => {
    const limit = Math.round(probability * 2 ** 32) - 2 ** 31;
    // No signed word reaches 2^31: then every throw is a 1.
    if (limit === 2 ** 31) return device.ones(shape, { dtype: "uint8" });
    return reshape(less(signFlipped(randomWords("bernoulli", key, sizeOf(shape))), limit), shape);
  });
}
