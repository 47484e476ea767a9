import { requireFloat } from "../../core/dtype.ts";
import { TensorError } from "../../errors.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { counterOf, keyOf, randomWords, requireKey, signFlipped } from "../../lowering/random-words.ts";
import { contiguous } from "../../lowering/views.ts";
import type { Tensor } from "../../tensor.ts";
import { mul } from "../arithmetic/mul.ts";
import { greaterEqual } from "../logic/greaterEqual.ts";
import { where } from "../logic/where.ts";
import { reshape } from "../shape/reshape.ts";

/**
 * Elements set to 0 at random, the others made larger so that the expected sum stays: `x / (1 - rate)` or 0.
 *
 * ```ts
 * dropout(device.ones([4]), device.randomKey(7), { rate: 0 }); // [1, 1, 1, 1]
 * ```
 *
 * float32 and float64, any shape. The same key drops the same places, so that the backward pass needs no mask. A
 * fused kernel: a backend that lacks it gets random words and a comparison.
 *
 * @param key see `randomKey`; use each for one draw
 * @param options.rate the chance of an element to be dropped, from 0 up, below 1. Default: 0.5
 * @throws TensorError `dtype`, `value` for a rate outside
 * @see N. Srivastava et al., JMLR 15 (2014); torch.nn.functional.dropout
 */
export function dropout(x: Tensor, key: Tensor, { rate = 0.5 }: { readonly rate?: number } = {}): Tensor {
  const device = deviceOf("dropout", x, key);
  requireFloat("dropout", x.dtype);
  requireKey("dropout", key);
  if (!Number.isFinite(rate) || rate < 0 || rate >= 1) {
    throw new TensorError("value", `dropout: rate must be from 0 up and below 1, got ${rate}.`);
  }
  return device.asOne("dropout", [x, key], { rate }, () => {
    if (device.brings("dropout") && x.size > 0) {
      const out = device.allocate("dropout", x.dtype, x.shape);
      const inputs = [contiguous(x).view, counterOf(key), keyOf(key)] as const;
      device.runFused("dropout", [out.view], [...inputs], { rate });
      return out;
    }
    // Unsigned words compare like signed ones whose top bit is turned around.
    const words = signFlipped(randomWords("dropout", key, x.size));
    const threshold = Math.min(Math.ceil(rate * 2 ** 32), 2 ** 32 - 1) - 2 ** 31;
    const keeps = reshape(greaterEqual(words, threshold), x.shape);
    return where(keeps, mul(x, 1 / (1 - rate)), 0);
  });
}
