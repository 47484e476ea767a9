import { TensorError } from "../../errors.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import type { Operand } from "../../lowering/operands.ts";
import { randomWords, requireKey } from "../../lowering/random-words.ts";
import { contiguous } from "../../lowering/views.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * A new key from one and a number, such as that of a step: other numbers give independent keys.
 *
 * ```ts
 * foldIn(device.randomKey(7), 1).shape; // [4]
 * ```
 *
 * @param number a whole number of 32 bits, or an int32 tensor of one element, which may change while a captured
 * program is replayed
 * @throws TensorError `value` for what is no key or no such number
 * @see jax.random.fold_in
 */
export function foldIn(key: Tensor, number: Operand): Tensor {
  const device = deviceOf("foldIn", key, ...(typeof number === "number" ? [] : [number]));
  requireKey("foldIn", key);
  if (typeof number === "number" ? number !== (number | 0) : number.dtype !== "int32" || number.size !== 1) {
    throw new TensorError(
      "value",
      `foldIn: needs a whole number of 32 bits or an int32 tensor of one element, got ${number}.`,
    );
  }
  return device.unrecorded(() => {
    const folded = device.allocate("foldIn", "int32", [4]);
    device.run("copy", [folded.view], [contiguous(key).view], {});
    const given = typeof number === "number" ? device.full([], number, { dtype: "int32" }) : number;
    const mixed = { ...folded.view, offset: 2, shape: [1], strides: [1] };
    const addend = { ...contiguous(given).view, shape: [1], strides: [1] };
    device.run("binary", [mixed], [mixed, addend], { op: "xor" });
    // Drawn, not only changed: the keys of neighbouring numbers have nothing in common.
    return randomWords("foldIn", folded, 4);
  });
}
