import { deviceOf } from "../../lowering/device-of.ts";
import { checkWhole } from "../../lowering/options.ts";
import { randomWords, requireKey } from "../../lowering/random-words.ts";
import type { Tensor } from "../../tensor.ts";
import { slice } from "../shape/slice.ts";

/**
 * New keys from one, independent of each other. The old one is used up by that: draw from the new ones only.
 *
 * ```ts
 * splitKey(device.randomKey(7), 3).map((key) => key.size); // [4, 4, 4]
 * ```
 *
 * @param count default: 2
 * @throws TensorError `value` for what is no key, and for a count that is not whole from 1 up
 * @see jax.random.split
 */
export function splitKey(key: Tensor, count: number = 2): Tensor[] {
  const device = deviceOf("splitKey", key);
  requireKey("splitKey", key);
  checkWhole("splitKey", "count", count, 1);
  return device.unrecorded(() => {
    const words = randomWords("splitKey", key, 4 * count);
    return Array.from({ length: count }, (_, i) => slice(words, 0, 4 * i, 4 * i + 4));
  });
}
