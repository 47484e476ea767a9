import { checkShape } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkWhole } from "../../lowering/options.ts";
import { randomWords, requireKey } from "../../lowering/random-words.ts";
import type { Tensor } from "../../tensor.ts";
import { argsort } from "../indexing/argsort.ts";
import { gatherRows } from "../indexing/gatherRows.ts";
import { splitKey } from "./splitKey.ts";

/**
 * The whole numbers from 0 to `count - 1` in random order, as int32.
 *
 * ```ts
 * permutation(device.randomKey(7), 1); // [0]
 * ```
 *
 * Numbers are sorted by random words, often enough that equal words, which keep their order, do not matter: three
 * times log2(count) bits in all.
 *
 * @param key see `device.randomKey`; use each for one draw
 * @throws TensorError `value` for a count that is not whole from 0 up, and for what is no key
 * @see torch.randperm
 */
export function permutation(key: Tensor, count: number): Tensor {
  const device = deviceOf("permutation", key);
  requireKey("permutation", key);
  checkWhole("permutation", "count", count, 0);
  checkShape("permutation", [count]);
  const rounds = Math.max(1, Math.ceil((3 * Math.log2(Math.max(count, 2))) / 32));
  return device.unrecorded(() =>
    splitKey(key, rounds).reduce(
      (order, roundKey) => gatherRows(order, argsort(randomWords("permutation", roundKey, count))),
      device.arange(count),
    ),
  );
}
