import * as op from "../../src/opcodes";
import { pow64 } from "../math/f64";
import { storePart } from "../simd";

// @ts-ignore: decorator
@inline
function pow32(a: v128, b: v128): v128 {
  const low = pow64(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(b));
  const swappedA = v128.shuffle<i64>(a, a, 1, 0);
  const swappedB = v128.shuffle<i64>(b, b, 1, 0);
  const high = pow64(f64x2.promote_low_f32x4(swappedA), f64x2.promote_low_f32x4(swappedB));
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

// The upper halves of the products of unsigned lanes.
// @ts-ignore: decorator
@inline
function mulHigh(a: v128, b: v128): v128 {
  const low = i64x2.extmul_low_i32x4_u(a, b);
  const high = i64x2.extmul_high_i32x4_u(a, b);
  return v128.shuffle<i32>(low, high, 1, 3, 5, 7);
}

// Shifts of vectors move all lanes alike, so that each lane is moved by itself.
// @ts-ignore: decorator
@inline
function shiftRight(a: v128, b: v128): v128 {
  let result = i32x4.splat(i32x4.extract_lane(a, 0) >>> i32x4.extract_lane(b, 0));
  result = i32x4.replace_lane(result, 1, i32x4.extract_lane(a, 1) >>> i32x4.extract_lane(b, 1));
  result = i32x4.replace_lane(result, 2, i32x4.extract_lane(a, 2) >>> i32x4.extract_lane(b, 2));
  return i32x4.replace_lane(result, 3, i32x4.extract_lane(a, 3) >>> i32x4.extract_lane(b, 3));
}

// @ts-ignore: decorator
@inline
function apply<T>(code: i32, a: v128, b: v128): v128 {
  if (code == op.ADD) return v128.add<T>(a, b);
  if (code == op.SUB) return v128.sub<T>(a, b);
  if (code == op.MUL) return v128.mul<T>(a, b);
  if (code == op.MINIMUM) return v128.min<T>(a, b);
  if (code == op.MAXIMUM) return v128.max<T>(a, b);
  if (isFloat<T>()) {
    if (code == op.DIV) return v128.div<T>(a, b);
    return sizeof<T>() == 8 ? pow64(a, b) : pow32(a, b);
  }
  if (code == op.XOR) return v128.xor(a, b);
  if (code == op.SHIFT_RIGHT) return shiftRight(a, b);
  return mulHigh(a, b);
}

// @ts-ignore: decorator
@inline
function loop<T>(code: i32, out: usize, a: usize, b: usize, count: usize): void {
  const whole = a + ((count * sizeof<T>()) & ~15);
  while (a < whole) {
    v128.store(out, apply<T>(code, v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
    out += 16;
  }
  const rest = count & (16 / sizeof<T>() - 1);
  if (rest) storePart<T>(out, apply<T>(code, v128.load(a), v128.load(b)), rest);
}

function numbers<T>(code: i32, out: usize, a: usize, b: usize, count: usize): void {
  switch (code) {
    case op.ADD: loop<T>(op.ADD, out, a, b, count); break;
    case op.SUB: loop<T>(op.SUB, out, a, b, count); break;
    case op.MUL: loop<T>(op.MUL, out, a, b, count); break;
    case op.MINIMUM: loop<T>(op.MINIMUM, out, a, b, count); break;
    case op.MAXIMUM: loop<T>(op.MAXIMUM, out, a, b, count); break;
    default:
      if (isFloat<T>()) {
        if (code == op.DIV) loop<T>(op.DIV, out, a, b, count);
        else loop<T>(op.POW, out, a, b, count);
      } else if (code == op.XOR) loop<T>(op.XOR, out, a, b, count);
      else if (code == op.SHIFT_RIGHT) loop<T>(op.SHIFT_RIGHT, out, a, b, count);
      else loop<T>(op.MUL_HIGH, out, a, b, count);
  }
}

// Bytes are too rare for vectors of their own; the sums wrap around when they are stored.
function bytes(code: i32, out: usize, a: usize, b: usize, count: usize): void {
  for (let i: usize = 0; i < count; i++) {
    const x = <i32>load<u8>(a + i);
    const y = <i32>load<u8>(b + i);
    let z = x + y;
    if (code == op.SUB) z = x - y;
    else if (code == op.MUL) z = x * y;
    else if (code == op.MINIMUM) z = min(x, y);
    else if (code == op.MAXIMUM) z = max(x, y);
    store<u8>(out + i, z);
  }
}

/** `out = op(a, b)` for elements that follow one another. */
export function binaryBlock(code: i32, dtype: i32, out: usize, a: usize, b: usize, count: usize): void {
  if (dtype == op.FLOAT32) numbers<f32>(code, out, a, b, count);
  else if (dtype == op.FLOAT64) numbers<f64>(code, out, a, b, count);
  else if (dtype == op.INT32) numbers<i32>(code, out, a, b, count);
  else bytes(code, out, a, b, count);
}
