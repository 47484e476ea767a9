import { checkShape, type Shape, sizeOf } from "../../core/shape.ts";
import { TensorError } from "../../errors.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { randomWords, requireKey } from "../../lowering/random-words.ts";
import type { Tensor } from "../../tensor.ts";
import { add } from "../arithmetic/add.ts";
import { reshape } from "../shape/reshape.ts";

/**
 * Random whole numbers from `low` to `high - 1`, as int32.
 *
 * ```ts
 * randint(device.randomKey(7), 5, 6, [2]); // [5, 5]
 * ```
 *
 * The upper half of a random word times the number of choices. With n choices, some are likelier than others by at
 * most n / 2^32.
 *
 * @param key see `device.randomKey`; use each for one draw
 * @throws TensorError `value` unless both are whole numbers of 32 bits with low < high, less than 2^32 apart, and for what is no key; `shape`
 * @see D. Lemire, "Fast random integer generation in an interval", ACM TOMACS 29 (2019); torch.randint
 */
export function randint(key: Tensor, low: number, high: number, shape: Shape): Tensor {
  const device = deviceOf("randint", key);
  requireKey("randint", key);
  checkShape("randint", shape);
  if (
    !Number.isInteger(low) ||
    low !== (low | 0) ||
    !Number.isInteger(high) ||
    high <= low ||
    high > 2 ** 31 ||
    high - low >= 2 ** 32
  ) {
    throw new TensorError(
      "value",
      `randint: needs whole numbers of 32 bits with low < high, less than 2^32 apart, got ${low} and ${high}.`,
    );
  }
  return device.unrecorded(() => {
    const words = randomWords("randint", key, sizeOf(shape));
    const choices = device.full([], (high - low) | 0, { dtype: "int32" });
    const out = device.allocate("randint", "int32", words.shape);
    const stretched = { ...choices.view, shape: words.shape, strides: [0] };
    device.run("binary", [out.view], [words.view, stretched], { op: "mulHigh" });
    return reshape(add(out, low), shape);
  });
}
