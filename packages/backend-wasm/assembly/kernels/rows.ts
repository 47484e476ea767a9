import * as op from "../../src/opcodes";
import { move, place, shareStart, word } from "../memory";

/**
 * Rows by their numbers. Words after the head: 4 units, 5 dtype, 6 rows of the table, 7 elements of a row, 8 how many
 * are gathered or scattered, 9 result, 10 table (or the rows to add), 11 numbers, 12 bytes from one row of the table to
 * the next.
 */

/** `out[i] = table[numbers[i]]`, zeros where a number lies outside. */
export function gatherRows(at: usize, t: usize, threads: usize): void {
  const rows = place(at, 6);
  const bytes = place(at, 7) << (word(at, 5) == op.FLOAT64 ? 3 : word(at, 5) == op.UINT8 ? 0 : 2);
  const count = place(at, 8);
  const out = place(at, 9);
  const table = place(at, 10);
  const numbers = place(at, 11);
  const step = place(at, 12);
  const end = shareStart(count, t + 1, threads);
  for (let i = shareStart(count, t, threads); i < end; i++) {
    const row = <usize>load<u32>(numbers + (i << 2));
    const to = out + i * bytes;
    if (row < rows) move(to, table + row * step, bytes);
    else memory.fill(to, 0, bytes);
  }
}

/** The same for rows of bytes, as floats times a scale; words 13: dtype of the result, 14: place of the scale. */
export function gatherScaled(at: usize, t: usize, threads: usize): void {
  if (word(at, 13) == op.FLOAT32) scaled<f32>(at, t, threads);
  else scaled<f64>(at, t, threads);
}

// @ts-ignore: decorator
@inline
function scaled<T>(at: usize, t: usize, threads: usize): void {
  const rows = place(at, 6);
  const width = place(at, 7);
  const count = place(at, 8);
  const out = place(at, 9);
  const table = place(at, 10);
  const numbers = place(at, 11);
  const step = place(at, 12);
  const scale = load<T>(place(at, 14));
  const scales = v128.splat<T>(scale);
  const end = shareStart(count, t + 1, threads);
  for (let i = shareStart(count, t, threads); i < end; i++) {
    const row = <usize>load<u32>(numbers + (i << 2));
    let to = out + i * width * sizeof<T>();
    if (row >= rows) {
      memory.fill(to, 0, width * sizeof<T>());
      continue;
    }
    const from = table + row * step;
    let column: usize = 0;
    if (sizeof<T>() == 4) {
      for (; column + 16 <= width; column += 16) {
        const bytes = v128.load(from + column);
        const low = i16x8.extend_low_i8x16_u(bytes);
        const high = i16x8.extend_high_i8x16_u(bytes);
        v128.store(to, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(low)), scales));
        v128.store(to, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(low)), scales), 16);
        v128.store(to, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(high)), scales), 32);
        v128.store(to, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(high)), scales), 48);
        to += 64;
      }
    }
    for (; column < width; column++) {
      store<T>(to, <T>load<u8>(from + column) * scale);
      to += sizeof<T>();
    }
  }
}

/** `out[numbers[i]] += x[i]`, one i after the other. Threads share the columns. */
export function scatterAddRows(at: usize, t: usize, threads: usize): void {
  switch (word(at, 5)) {
    case op.FLOAT32: scatter<f32>(at, t, threads); break;
    case op.FLOAT64: scatter<f64>(at, t, threads); break;
    default: scatter<i32>(at, t, threads);
  }
}

// @ts-ignore: decorator
@inline
function scatter<T>(at: usize, t: usize, threads: usize): void {
  const size: usize = sizeof<T>();
  const rows = place(at, 6);
  const width = place(at, 7);
  const count = place(at, 8);
  const out = place(at, 9);
  const x = place(at, 10);
  const numbers = place(at, 11);
  const start = shareStart(width, t, threads);
  const columns = shareStart(width, t + 1, threads) - start;
  if (columns == 0) return;
  const lanes: usize = 16 / size;
  for (let i: usize = 0; i < count; i++) {
    const row = <usize>load<u32>(numbers + (i << 2));
    if (row >= rows) continue;
    const to = out + (row * width + start) * size;
    const from = x + (i * width + start) * size;
    let j: usize = 0;
    for (; j + lanes <= columns; j += lanes) {
      v128.store(to + j * size, v128.add<T>(v128.load(to + j * size), v128.load(from + j * size)));
    }
    for (; j < columns; j++) store<T>(to + j * size, load<T>(to + j * size) + load<T>(from + j * size));
  }
}
