import * as op from "../../src/opcodes";
import { place, shareStart, word } from "../memory";

/**
 * The stable sorted order of rows, by merging: runs of one, two, four ... elements are merged from one list of places
 * into another and back.
 *
 * Words after the head: 4 units (rows), 5 dtype, 6 length, 7 order, 8 x, 9 whether the largest comes first, 10 scratch of
 * each thread, 11 bytes of it.
 */
export function argsort(at: usize, t: usize, threads: usize): void {
  switch (word(at, 5)) {
    case op.FLOAT32: rows<f32>(at, t, threads); break;
    case op.FLOAT64: rows<f64>(at, t, threads); break;
    case op.INT32: rows<i32>(at, t, threads); break;
    default: rows<u8>(at, t, threads);
  }
}

function rows<T>(at: usize, t: usize, threads: usize): void {
  const length = place(at, 6);
  const other = place(at, 10) + t * place(at, 11);
  const descending = word(at, 9) != 0;
  const end = shareStart(place(at, 4), t + 1, threads);
  for (let r = shareStart(place(at, 4), t, threads); r < end; r++) {
    const x = place(at, 8) + r * length * sizeof<T>();
    const order = place(at, 7) + ((r * length) << 2);
    let from = order, to = other;
    for (let i: usize = 0; i < length; i++) store<u32>(from + (i << 2), <u32>i);
    for (let run: usize = 1; run < length; run <<= 1) {
      for (let start: usize = 0; start < length; start += 2 * run) {
        const middle = min<usize>(start + run, length);
        merge<T>(x, from, to, start, middle, min<usize>(middle + run, length), descending);
      }
      const swapped = from;
      from = to;
      to = swapped;
    }
    if (from != order) memory.copy(order, from, length << 2);
  }
}

// @ts-ignore: decorator
@inline
function merge<T>(x: usize, from: usize, to: usize, start: usize, middle: usize, end: usize, descending: bool): void {
  let i = start, j = middle;
  for (let n = start; n < end; n++) {
    let takesSecond = i == middle;
    if (!takesSecond && j < end) {
      const a = load<T>(x + (<usize>load<u32>(from + (i << 2)) * sizeof<T>()));
      const b = load<T>(x + (<usize>load<u32>(from + (j << 2)) * sizeof<T>()));
      takesSecond = precedes<T>(b, a, descending);
    }
    const taken = takesSecond ? j++ : i++;
    store<u32>(to + (n << 2), load<u32>(from + (taken << 2)));
  }
}

/** Whether a comes before b: NaN counts as the largest. */
// @ts-ignore: decorator
@inline
function precedes<T>(a: T, b: T, descending: bool): bool {
  if (isFloat<T>()) {
    if (a != a) return descending && b == b;
    if (b != b) return !descending;
  }
  return descending ? a > b : a < b;
}
