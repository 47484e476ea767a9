import * as op from "../../src/opcodes";
import { select, storePart } from "../simd";

// The first bytes at `condition` as masks of the size of T, all ones where a byte is not 0.
// @ts-ignore: decorator
@inline
function maskOf<T>(condition: usize): v128 {
  const bytes = i8x16.ne(v128.load32_zero(condition), i8x16.splat(0));
  const words = i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(bytes));
  return sizeof<T>() == 8 ? i64x2.extend_low_i32x4_s(words) : words;
}

// @ts-ignore: decorator
@inline
function loop<T>(out: usize, condition: usize, a: usize, b: usize, count: usize): void {
  const step: usize = 16 / sizeof<T>();
  let i: usize = 0;
  for (; i + step <= count; i += step) {
    const at = i * sizeof<T>();
    v128.store(out + at, select(maskOf<T>(condition + i), v128.load(a + at), v128.load(b + at)));
  }
  if (i < count) {
    const at = i * sizeof<T>();
    storePart<T>(out + at, select(maskOf<T>(condition + i), v128.load(a + at), v128.load(b + at)), count - i);
  }
}

function bytes(out: usize, condition: usize, a: usize, b: usize, count: usize): void {
  for (let i: usize = 0; i < count; i++) store<u8>(out + i, load<u8>(load<u8>(condition + i) ? a + i : b + i));
}

/** `out = condition ? a : b` for elements that follow one another. */
export function whereBlock(dtype: i32, out: usize, condition: usize, a: usize, b: usize, count: usize): void {
  if (dtype == op.FLOAT64) loop<f64>(out, condition, a, b, count);
  else if (dtype == op.UINT8) bytes(out, condition, a, b, count);
  else loop<f32>(out, condition, a, b, count);
}
