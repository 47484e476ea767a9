import { place, shareStart, word } from "../memory";
import { spread } from "./elementwise";

/**
 * One number everywhere. Words after the head: 4 units along the first axis, 5 log2 of an element's bytes, 6 axes, 7
 * destination, 8 place of the number, the size of each axis, the strides in elements.
 */
export function fill(at: usize, t: usize, threads: usize): void {
  const axes = place(at, 6);
  const shape = at + 36;
  const first = place(shape, 0);
  const start = shareStart(first, t, threads);
  const end = shareStart(first, t + 1, threads);
  if (start == end) return;
  walk(word(at, 5), axes, shape, shape + (axes << 2), 0, start, end, place(at, 7), place(at, 8));
}

function walk(
  shift: i32,
  axes: usize,
  shape: usize,
  strides: usize,
  axis: usize,
  start: usize,
  end: usize,
  out: usize,
  value: usize,
): void {
  const step = word(strides, axis) << shift;
  out += <i32>start * step;
  if (axis + 1 < axes) {
    const length = place(shape, axis + 1);
    for (let i = start; i < end; i++) {
      walk(shift, axes, shape, strides, axis + 1, 0, length, out, value);
      out += step;
    }
    return;
  }
  let count = end - start;
  if (step == 1 << shift) {
    // Whole vectors, and the rest number by number.
    const lanes: usize = 16 >> shift;
    const whole = count & ~(lanes - 1);
    if (whole > 0) spread(out, value, shift, whole);
    out += whole << shift;
    count -= whole;
  }
  for (; count > 0; count--) {
    if (shift == 2) store<u32>(out, load<u32>(value));
    else if (shift == 3) store<u64>(out, load<u64>(value));
    else store<u8>(out, load<u8>(value));
    out += step;
  }
}
