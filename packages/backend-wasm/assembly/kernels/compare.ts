import * as op from "../../src/opcodes";

// @ts-ignore: decorator
@inline
function holds<T>(code: i32, a: v128, b: v128): v128 {
  if (code == op.EQ) return v128.eq<T>(a, b);
  if (code == op.NE) return v128.ne<T>(a, b);
  if (code == op.LT) return v128.lt<T>(a, b);
  if (code == op.LE) return v128.le<T>(a, b);
  if (code == op.GT) return v128.gt<T>(a, b);
  return v128.ge<T>(a, b);
}

// @ts-ignore: decorator
@inline
function at<T>(code: i32, a: usize, b: usize): v128 {
  return holds<T>(code, v128.load(a), v128.load(b));
}

/** The masks of 16 elements as 16 bytes, 1 or 0. */
// @ts-ignore: decorator
@inline
function sixteen<T>(code: i32, a: usize, b: usize): v128 {
  const one = i8x16.splat(1);
  if (sizeof<T>() == 1) return v128.and(at<T>(code, a, b), one);
  if (sizeof<T>() == 4) {
    const low = i16x8.narrow_i32x4_s(at<T>(code, a, b), at<T>(code, a + 16, b + 16));
    const high = i16x8.narrow_i32x4_s(at<T>(code, a + 32, b + 32), at<T>(code, a + 48, b + 48));
    return v128.and(i8x16.narrow_i16x8_s(low, high), one);
  }
  // Halves of masks of 64 bits are masks of 32.
  const first = v128.shuffle<i32>(at<T>(code, a, b), at<T>(code, a + 16, b + 16), 0, 2, 4, 6);
  const second = v128.shuffle<i32>(at<T>(code, a + 32, b + 32), at<T>(code, a + 48, b + 48), 0, 2, 4, 6);
  const third = v128.shuffle<i32>(at<T>(code, a + 64, b + 64), at<T>(code, a + 80, b + 80), 0, 2, 4, 6);
  const fourth = v128.shuffle<i32>(at<T>(code, a + 96, b + 96), at<T>(code, a + 112, b + 112), 0, 2, 4, 6);
  return v128.and(
    i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(first, second), i16x8.narrow_i32x4_s(third, fourth)),
    one,
  );
}

// @ts-ignore: decorator
@inline
function one<T>(code: i32, x: T, y: T): bool {
  if (code == op.EQ) return x == y;
  if (code == op.NE) return x != y;
  if (code == op.LT) return x < y;
  if (code == op.LE) return x <= y;
  if (code == op.GT) return x > y;
  return x >= y;
}

// @ts-ignore: decorator
@inline
function loop<T>(code: i32, out: usize, a: usize, b: usize, count: usize): void {
  let i: usize = 0;
  for (; i + 16 <= count; i += 16) {
    v128.store(out + i, sixteen<T>(code, a + i * sizeof<T>(), b + i * sizeof<T>()));
  }
  for (; i < count; i++) {
    store<u8>(out + i, one<T>(code, load<T>(a + i * sizeof<T>()), load<T>(b + i * sizeof<T>())) ? 1 : 0);
  }
}

function typed<T>(code: i32, out: usize, a: usize, b: usize, count: usize): void {
  switch (code) {
    case op.EQ: loop<T>(op.EQ, out, a, b, count); break;
    case op.NE: loop<T>(op.NE, out, a, b, count); break;
    case op.LT: loop<T>(op.LT, out, a, b, count); break;
    case op.LE: loop<T>(op.LE, out, a, b, count); break;
    case op.GT: loop<T>(op.GT, out, a, b, count); break;
    case op.GE: loop<T>(op.GE, out, a, b, count); break;
  }
}

/** `out = op(a, b) ? 1 : 0` as bytes, for elements that follow one another. */
export function compareBlock(code: i32, dtype: i32, out: usize, a: usize, b: usize, count: usize): void {
  if (dtype == op.FLOAT32) typed<f32>(code, out, a, b, count);
  else if (dtype == op.FLOAT64) typed<f64>(code, out, a, b, count);
  else if (dtype == op.INT32) typed<i32>(code, out, a, b, count);
  else typed<u8>(code, out, a, b, count);
}
