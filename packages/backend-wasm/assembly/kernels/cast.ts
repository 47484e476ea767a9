import * as op from "../../src/opcodes";

// Four elements at `x` as float32, as far as there is a vector instruction for it.
// @ts-ignore: decorator
@inline
function fourAsFloat32<From>(x: usize): v128 {
  if (sizeof<From>() == 1) {
    return f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(x))));
  }
  if (isInteger<From>()) return f32x4.convert_i32x4_s(v128.load(x));
  return v128.shuffle<i64>(
    f32x4.demote_f64x2_zero(v128.load(x)),
    f32x4.demote_f64x2_zero(v128.load(x, 16)),
    0,
    2,
  );
}

// A float towards zero and held within the range, NaN as 0; an integer by its low bits.
// @ts-ignore: decorator
@inline
function converted<From, To>(value: From): To {
  if (isFloat<To>()) return <To>value;
  if (isFloat<From>()) {
    const whole = <i32>value;
    return sizeof<To>() == 1 ? <To>min(max(whole, 0), 255) : <To>whole;
  }
  return <To>value;
}

// @ts-ignore: decorator
@inline
function loop<From, To>(out: usize, x: usize, count: usize): void {
  let i: usize = 0;
  if (sizeof<To>() == 4 && isFloat<To>()) {
    for (; i + 4 <= count; i += 4) {
      v128.store(out + (i << 2), fourAsFloat32<From>(x + i * sizeof<From>()));
    }
  }
  for (; i < count; i++) {
    store<To>(out + i * sizeof<To>(), converted<From, To>(load<From>(x + i * sizeof<From>())));
  }
}

// @ts-ignore: decorator
@inline
function to<To>(from: i32, out: usize, x: usize, count: usize): void {
  if (from == op.FLOAT32) loop<f32, To>(out, x, count);
  else if (from == op.FLOAT64) loop<f64, To>(out, x, count);
  else if (from == op.INT32) loop<i32, To>(out, x, count);
  else loop<u8, To>(out, x, count);
}

/** `out = x` in another dtype, for elements that follow one another. */
export function castBlock(from: i32, dtype: i32, out: usize, x: usize, count: usize): void {
  if (dtype == op.FLOAT32) to<f32>(from, out, x, count);
  else if (dtype == op.FLOAT64) to<f64>(from, out, x, count);
  else if (dtype == op.INT32) to<i32>(from, out, x, count);
  else to<u8>(from, out, x, count);
}
