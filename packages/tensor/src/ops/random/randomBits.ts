import { checkShape, type Shape, sizeOf } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { randomWords, requireKey } from "../../lowering/random-words.ts";
import type { Tensor } from "../../tensor.ts";
import { reshape } from "../shape/reshape.ts";

/**
 * Random 32-bit words as int32, all values equally likely.
 *
 * ```ts
 * // the published vector of Philox 4x32-10 for a counter and a key of zeros, as signed numbers
 * randomBits(device.randomKey(0), [4]); // [0x6627e8d5, 0xe169c58d - 2 ** 32, 0xbc57ac4c - 2 ** 32, 0x9b00dbd8 - 2 ** 32]
 * ```
 *
 * Word i is word `i % 4` of the Philox block with counter `[floor(i / 4), 0, key[2], key[3]]` under
 * `[key[0], key[1]]`, whatever the backend and its threads. A fused kernel: a backend that lacks it gets the rounds as
 * required kernels.
 *
 * @param key see `device.randomKey`; use each for one draw
 * @throws TensorError `value` for what is no key, `shape`
 * @see J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC '11
 */
export function randomBits(key: Tensor, shape: Shape): Tensor {
  const device = deviceOf("randomBits", key);
  requireKey("randomBits", key);
  checkShape("randomBits", shape);
  return device.unrecorded(() => reshape(randomWords("randomBits", key, sizeOf(shape)), shape));
}
