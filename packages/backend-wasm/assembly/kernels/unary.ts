import * as op from "../../src/opcodes";
import { exp32, log32, sigmoid32, tanh32 } from "../math/f32";
import { erf64, exp64, expm164, log1p64, log64, sigmoid64, sine64, tanh64 } from "../math/f64";
import { select, storePart } from "../simd";

/** Functions that are rare enough for float32 to go through float64, two lanes at a time. */
// @ts-ignore: decorator
@inline
function through64(code: i32, x: v128): v128 {
  const low = wide(code, f64x2.promote_low_f32x4(x));
  const high = wide(code, f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 0)));
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

// @ts-ignore: decorator
@inline
function wide(code: i32, x: v128): v128 {
  if (code == op.EXPM1) return expm164(x);
  if (code == op.LOG1P) return log1p64(x);
  if (code == op.SIN) return sine64(x, 0);
  if (code == op.COS) return sine64(x, 1);
  return erf64(x);
}

/** 1, -1, or x itself where it is 0 or NaN. */
// @ts-ignore: decorator
@inline
function sign<T>(x: v128): v128 {
  const zero = v128.splat<T>(<T>0);
  const one = v128.splat<T>(<T>1);
  return select(v128.gt<T>(x, zero), one, select(v128.lt<T>(x, zero), v128.neg<T>(one), x));
}

// @ts-ignore: decorator
@inline
function apply<T>(code: i32, x: v128): v128 {
  if (code == op.COPY) return x;
  if (code == op.NEG) return v128.neg<T>(x);
  if (code == op.ABS) return v128.abs<T>(x);
  if (code == op.SIGN) return sign<T>(x);
  if (isFloat<T>()) {
    if (code == op.SQRT) return v128.sqrt<T>(x);
    if (code == op.FLOOR) return v128.floor<T>(x);
    if (code == op.CEIL) return v128.ceil<T>(x);
    if (code == op.ROUND) return v128.nearest<T>(x);
    if (code == op.RELU) return v128.max<T>(x, v128.splat<T>(<T>0));
    if (sizeof<T>() == 8) {
      if (code == op.EXP) return exp64(x);
      if (code == op.LOG) return log64(x);
      if (code == op.TANH) return tanh64(x);
      if (code == op.SIGMOID) return sigmoid64(x);
      return wide(code, x);
    }
    if (code == op.EXP) return exp32(x);
    if (code == op.LOG) return log32(x);
    if (code == op.TANH) return tanh32(x);
    if (code == op.SIGMOID) return sigmoid32(x);
    return through64(code, x);
  }
  return x;
}

// The last vector may reach beyond the elements: every buffer ends with room for that, and only what is asked is stored.
// @ts-ignore: decorator
@inline
function loop<T>(code: i32, out: usize, x: usize, count: usize): void {
  const whole = x + ((count * sizeof<T>()) & ~15);
  if (code == op.EXP || code == op.SIGMOID || code == op.TANH) {
    // Two vectors at a time, so that one's chain of steps fills the pauses of the other's.
    while (x + 16 < whole) {
      const a = v128.load(x), b = v128.load(x, 16);
      v128.store(out, apply<T>(code, a));
      v128.store(out, apply<T>(code, b), 16);
      x += 32;
      out += 32;
    }
  }
  while (x < whole) {
    v128.store(out, apply<T>(code, v128.load(x)));
    x += 16;
    out += 16;
  }
  const rest = count & (16 / sizeof<T>() - 1);
  if (rest) storePart<T>(out, apply<T>(code, v128.load(x)), rest);
}

function floats<T>(code: i32, out: usize, x: usize, count: usize): void {
  switch (code) {
    case op.SQRT: loop<T>(op.SQRT, out, x, count); break;
    case op.EXP: loop<T>(op.EXP, out, x, count); break;
    case op.EXPM1: loop<T>(op.EXPM1, out, x, count); break;
    case op.LOG: loop<T>(op.LOG, out, x, count); break;
    case op.LOG1P: loop<T>(op.LOG1P, out, x, count); break;
    case op.SIN: loop<T>(op.SIN, out, x, count); break;
    case op.COS: loop<T>(op.COS, out, x, count); break;
    case op.TANH: loop<T>(op.TANH, out, x, count); break;
    case op.ERF: loop<T>(op.ERF, out, x, count); break;
    case op.SIGMOID: loop<T>(op.SIGMOID, out, x, count); break;
    case op.FLOOR: loop<T>(op.FLOOR, out, x, count); break;
    case op.CEIL: loop<T>(op.CEIL, out, x, count); break;
    case op.ROUND: loop<T>(op.ROUND, out, x, count); break;
    case op.RELU: loop<T>(op.RELU, out, x, count); break;
    default: signed<T>(code, out, x, count);
  }
}

// @ts-ignore: decorator
@inline
function signed<T>(code: i32, out: usize, x: usize, count: usize): void {
  switch (code) {
    case op.NEG: loop<T>(op.NEG, out, x, count); break;
    case op.ABS: loop<T>(op.ABS, out, x, count); break;
    case op.SIGN: loop<T>(op.SIGN, out, x, count); break;
  }
}

/** `out = op(x)` for elements that follow one another. */
export function unaryBlock(code: i32, dtype: i32, out: usize, x: usize, count: usize): void {
  if (code == op.COPY) {
    memory.copy(out, x, count << (dtype == op.FLOAT64 ? 3 : dtype == op.UINT8 ? 0 : 2));
  } else if (dtype == op.FLOAT32) floats<f32>(code, out, x, count);
  else if (dtype == op.FLOAT64) floats<f64>(code, out, x, count);
  else signed<i32>(code, out, x, count);
}
