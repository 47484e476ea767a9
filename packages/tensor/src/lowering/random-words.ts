import type { View } from "../backend.ts";
import { formatShape } from "../core/shape.ts";
import type { Device } from "../device.ts";
import { TensorError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { contiguous } from "./views.ts";

/**
 * A key is int32 `[4]`: the two words of a Philox key and the two upper words of its counter.
 *
 * @throws TensorError `value`
 */
export function requireKey(op: string, key: Tensor): void {
  if (key.dtype !== "int32" || key.rank !== 1 || key.shape[0] !== 4) {
    throw new TensorError(
      "value",
      `${op}: a random key is int32 [4], got ${key.dtype} ${formatShape(key.shape)}. Make one with device.randomKey(seed).`,
    );
  }
}

/** The words of a key that are Philox's key, as a kernel sees them. */
export function keyOf(key: Tensor): View {
  return { ...contiguous(key).view, shape: [2], strides: [1] };
}

/** The words of a key that are the upper half of Philox's counter. */
export function counterOf(key: Tensor): View {
  const view = contiguous(key).view;
  return { ...view, offset: view.offset + 2, shape: [2], strides: [1] };
}

/** `count` random words for an op, int32 `[count]`, by the fused kernel or by its decomposition. */
export function randomWords(op: string, key: Tensor, count: number): Tensor {
  const { device } = key;
  const bits = device.allocate(op, "int32", [count]);
  if (count === 0) return bits;
  if (device.brings("randomBits")) {
    device.runFused("randomBits", [bits.view], [counterOf(key), keyOf(key)], {});
    return bits;
  }
  return philox(device, key, count);
}

/**
 * Philox 4x32-10 by required kernels: all blocks at once, one tensor for each of the four words of their counters.
 * The rounds are those of `random/philox.ts`, which names the source.
 */
function philox(device: Device, key: Tensor, count: number): Tensor {
  const blocks = Math.ceil(count / 4);
  const combine = (op: "xor" | "mulHigh" | "mul" | "add", a: View, b: View): View => {
    const out = device.allocate("randomBits", "int32", a.shape).view;
    device.run("binary", [out], [a, b], { op });
    return out;
  };
  const stretched = (view: View): View => ({ ...view, shape: [blocks], strides: [0] });
  const word = (view: View, i: number): View => stretched({ ...view, offset: view.offset + i });
  const constant = (value: number): View => stretched(device.full([], value | 0, { dtype: "int32" }).view);
  const [multiplierA, multiplierB] = [constant(0xd2511f53), constant(0xcd9e8d57)];
  const [stepA, stepB] = [constant(0x9e3779b9), constant(0xbb67ae85)];
  let [keyA, keyB] = [word(keyOf(key), 0), word(keyOf(key), 1)];
  let c: View[] = [
    device.arange(blocks).view,
    stretched(constant(0)),
    word(counterOf(key), 0),
    word(counterOf(key), 1),
  ];
  for (let round = 0; round < 10; round++) {
    c = [
      combine("xor", combine("xor", combine("mulHigh", multiplierB, c[2]), c[1]), keyA),
      combine("mul", multiplierB, c[2]),
      combine("xor", combine("xor", combine("mulHigh", multiplierA, c[0]), c[3]), keyB),
      combine("mul", multiplierA, c[0]),
    ];
    [keyA, keyB] = [combine("add", keyA, stepA), combine("add", keyB, stepB)];
  }
  // Word i is word i % 4 of its block: the four columns of [blocks, 4].
  const words = device.allocate("randomBits", "int32", [4 * blocks]);
  for (const [i, column] of c.entries()) {
    device.run("copy", [{ ...words.view, offset: i, shape: [blocks], strides: [4] }], [column], {});
  }
  return device.viewOf(words, { offset: 0, shape: [count], strides: [1] });
}

/** Every word with its top bit turned around: signed comparison of the results is unsigned comparison of the words. */
export function signFlipped(words: Tensor): Tensor {
  const { device } = words;
  const bit = { ...device.full([], -(2 ** 31), { dtype: "int32" }).view, shape: words.shape, strides: [0] };
  const out = device.allocate("randomBits", "int32", words.shape);
  device.run("binary", [out.view], [words.view, bit], { op: "xor" });
  return out;
}

/** Every word moved down by `places` bits, as a number from 0 up. */
export function shiftedRight(words: Tensor, places: number): Tensor {
  const { device } = words;
  const count = { ...device.full([], places, { dtype: "int32" }).view, shape: words.shape, strides: [0] };
  const out = device.allocate("randomBits", "int32", words.shape);
  device.run("binary", [out.view], [words.view, count], { op: "shiftRight" });
  return out;
}
