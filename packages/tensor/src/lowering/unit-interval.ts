import type { DType } from "../backend.ts";
import { add } from "../ops/arithmetic/add.ts";
import { mul } from "../ops/arithmetic/mul.ts";
import { cast } from "../ops/shape/cast.ts";
import { slice } from "../ops/shape/slice.ts";
import type { Tensor } from "../tensor.ts";
import { randomWords, shiftedRight } from "./random-words.ts";

/** `count` random numbers for an op, from 0 up, below 1: 24 bits of one word for float32, 53 bits of two for float64. */
export function unitInterval(op: string, key: Tensor, count: number, dtype: DType): Tensor {
  if (dtype === "float32") return mul(cast(shiftedRight(randomWords(op, key, count), 8), dtype), 2 ** -24);
  const words = randomWords(op, key, 2 * count);
  const half = (start: number, places: number): Tensor =>
    cast(shiftedRight(slice(words, 0, Math.min(start, 2 * count), 2 * count, 2), places), dtype);
  return mul(add(mul(half(0, 5), 2 ** 26), half(1, 6)), 2 ** -53);
}
