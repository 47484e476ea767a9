import * as op from "../../src/opcodes";
import { MAX, MIN, PROD, SUM } from "../../src/opcodes";
import { place, shareStart, word } from "../memory";

/**
 * Sums, products and extremes along the middle axis of `[outer, axis, inner]`.
 *
 * The order in which numbers are combined depends on the length of the line and on whether there are inner elements, and
 * on nothing else. A line by itself is combined in 16 bytes times four, block by block, the blocks' results in double
 * precision; lines side by side go row by row, each element on its own.
 *
 * Words after the head: 4 units (lines), 5 op, 6 dtype, 7 outer, 8 length, 9 inner, 10 result, 11 source, 12 to 14 the
 * source's strides in elements.
 */

/** Elements whose sum is taken before it joins the others. */
const BLOCK: usize = 2048;
/** Scratch that a thread needs: a block of gathered elements. */
export const REDUCE_SCRATCH: usize = BLOCK * 8 + 64;

export function reduce(at: usize, t: usize, threads: usize, scratch: usize): void {
  switch (word(at, 6)) {
    case op.FLOAT32: typed<f32>(at, t, threads, scratch); break;
    case op.FLOAT64: typed<f64>(at, t, threads, scratch); break;
    case op.INT32: typed<i32>(at, t, threads, scratch); break;
    default: typed<u8>(at, t, threads, scratch);
  }
}

// @ts-ignore: decorator
@inline
function typed<T>(at: usize, t: usize, threads: usize, scratch: usize): void {
  switch (word(at, 5)) {
    case SUM: all<T>(SUM, at, t, threads, scratch); break;
    case PROD: all<T>(PROD, at, t, threads, scratch); break;
    case MAX: all<T>(MAX, at, t, threads, scratch); break;
    default: all<T>(MIN, at, t, threads, scratch);
  }
}

function all<T>(code: i32, at: usize, t: usize, threads: usize, scratch: usize): void {
  const length = place(at, 8);
  const inner = place(at, 9);
  const out = place(at, 10);
  const x = place(at, 11);
  const size: i32 = sizeof<T>();
  const outerStep = word(at, 12) * size;
  const step = word(at, 13) * size;
  const innerStep = word(at, 14) * size;
  const lines = place(at, 7) * inner;
  let line = shareStart(lines, t, threads);
  const end = shareStart(lines, t + 1, threads);
  if (inner == 1) {
    for (; line < end; line++) {
      store<T>(out + line * sizeof<T>(), lineOf<T>(code, x + <i32>line * outerStep, step, length, scratch));
    }
    return;
  }
  while (line < end) {
    const o = line / inner;
    const i = line - o * inner;
    const count = min<usize>(inner - i, end - line);
    sideBySide<T>(code, out + line * sizeof<T>(), x + <i32>o * outerStep + <i32>i * innerStep, step, innerStep, length, count);
    line += count;
  }
}

// @ts-ignore: decorator
@inline
function neutral<T>(code: i32): T {
  if (code == SUM) return <T>0;
  if (code == PROD) return <T>1;
  if (isFloat<T>()) return code == MAX ? <T>-Infinity : <T>Infinity;
  if (sizeof<T>() == 1) return code == MAX ? <T>0 : <T>255;
  return code == MAX ? <T>i32.MIN_VALUE : <T>i32.MAX_VALUE;
}

// @ts-ignore: decorator
@inline
function two<T>(code: i32, a: T, b: T): T {
  if (code == SUM) return <T>(a + b);
  if (code == PROD) return <T>(a * b);
  return code == MAX ? max<T>(a, b) : min<T>(a, b);
}

// @ts-ignore: decorator
@inline
function vectors<T>(code: i32, a: v128, b: v128): v128 {
  if (code == SUM) return v128.add<T>(a, b);
  if (code == PROD) return v128.mul<T>(a, b);
  // Of floats these know nothing of NaN, which is looked for beside: wasm's own max and min take eight instructions.
  if (isFloat<T>()) return code == MAX ? v128.pmax<T>(a, b) : v128.pmin<T>(a, b);
  return code == MAX ? v128.max<T>(a, b) : v128.min<T>(a, b);
}

// The lanes that were not a number so far, all ones; nothing where the op keeps NaN itself.
// @ts-ignore: decorator
@inline
function nans<T>(code: i32, before: v128, x: v128): v128 {
  return isFloat<T>() && code >= MAX ? v128.or(before, v128.ne<T>(x, x)) : before;
}

// One line whose elements are `step` bytes apart.
// @ts-ignore: decorator
@inline
function lineOf<T>(code: i32, x: usize, step: i32, length: usize, scratch: usize): T {
  let result = neutral<T>(code);
  // The results of blocks add up in double precision, so that long sums lose nothing between blocks.
  let wide: f64 = code == PROD ? 1 : 0;
  const joinsWide = isFloat<T>() && code == SUM;
  if (isFloat<T>() && code == PROD) {
    // Products in any other order round other denormals on the way.
    for (let i: usize = 0; i < length; i++) {
      wide *= <f64>load<T>(x);
      x += step;
    }
    return <T>wide;
  }
  while (length > 0) {
    const count = min<usize>(length, BLOCK);
    let from = x;
    if (step != <i32>sizeof<T>()) {
      from = scratch;
      let source = x;
      for (let i: usize = 0; i < count; i++) {
        store<T>(scratch + i * sizeof<T>(), load<T>(source));
        source += step;
      }
    }
    const part = blockOf<T>(code, from, count);
    if (joinsWide) wide += <f64>part;
    else result = two<T>(code, result, part);
    length -= count;
    x += <i32>count * step;
  }
  return joinsWide ? <T>wide : result;
}

// Elements side by side: four vectors at a time, then their lanes, then what is left.
// @ts-ignore: decorator
@inline
export function blockOf<T>(code: i32, x: usize, count: usize): T {
  const size: usize = sizeof<T>();
  let result = neutral<T>(code);
  let i: usize = 0;
  if (size > 1) {
    const start = v128.splat<T>(result);
    let a = start, b = start, c = start, d = start, bad = i32x4.splat(0), alsoBad = bad;
    const whole = count & ~(64 / size - 1);
    for (; i < whole; i += 64 / size) {
      const at = x + i * size;
      const p = v128.load(at), q = v128.load(at, 16), r = v128.load(at, 32), s = v128.load(at, 48);
      a = vectors<T>(code, a, p);
      b = vectors<T>(code, b, q);
      c = vectors<T>(code, c, r);
      d = vectors<T>(code, d, s);
      bad = nans<T>(code, nans<T>(code, bad, p), q);
      alsoBad = nans<T>(code, nans<T>(code, alsoBad, r), s);
    }
    if (isFloat<T>() && code >= MAX && v128.any_true(v128.or(bad, alsoBad))) return <T>NaN;
    if (whole > 0) {
      a = vectors<T>(code, vectors<T>(code, a, b), vectors<T>(code, c, d));
      a = vectors<T>(code, a, v128.shuffle<i64>(a, a, 1, 0));
      if (size == 4) a = vectors<T>(code, a, v128.shuffle<i32>(a, a, 1, 0, 3, 2));
      result = v128.extract_lane<T>(a, 0);
    }
  }
  for (; i < count; i++) result = two<T>(code, result, load<T>(x + i * size));
  return result;
}

/**
 * Bytes of lines side by side, and from their first row to their last, from which on whole rows are added up. Less stays in
 * registers, and in the first cache.
 */
const WIDE: usize = 512;
const FAR: usize = 65536;

// Four rows at a time are added to the results so far, element by element in the same order as elsewhere.
function rowByRow<T>(code: i32, out: usize, x: usize, step: i32, length: usize, count: usize): void {
  const size: usize = sizeof<T>();
  const lanes: usize = 16 / size;
  const first = neutral<T>(code);
  for (let i: usize = 0; i < count; i++) store<T>(out + i * size, first);
  let n: usize = 0;
  for (; n + 4 <= length; n += 4) {
    const second = x + step, third = second + step, fourth = third + step;
    let i: usize = 0;
    for (; i + lanes <= count; i += lanes) {
      const at = i * size;
      let sum = exact<T>(code, v128.load(out + at), v128.load(x + at));
      sum = exact<T>(code, sum, v128.load(second + at));
      sum = exact<T>(code, sum, v128.load(third + at));
      v128.store(out + at, exact<T>(code, sum, v128.load(fourth + at)));
    }
    for (; i < count; i++) {
      const at = i * size;
      let sum = two<T>(code, load<T>(out + at), load<T>(x + at));
      sum = two<T>(code, sum, load<T>(second + at));
      sum = two<T>(code, sum, load<T>(third + at));
      store<T>(out + at, two<T>(code, sum, load<T>(fourth + at)));
    }
    x = fourth + step;
  }
  for (; n < length; n++) {
    for (let i: usize = 0; i < count; i++) {
      const at = i * size;
      store<T>(out + at, two<T>(code, load<T>(out + at), load<T>(x + at)));
    }
    x += step;
  }
}

// As `vectors`, with wasm's own treatment of NaN.
// @ts-ignore: decorator
@inline
function exact<T>(code: i32, a: v128, b: v128): v128 {
  if (code == MAX) return v128.max<T>(a, b);
  if (code == MIN) return v128.min<T>(a, b);
  return vectors<T>(code, a, b);
}

// `count` lines side by side: rows of them, one after the other.
// @ts-ignore: decorator
@inline
function sideBySide<T>(code: i32, out: usize, x: usize, step: i32, innerStep: i32, length: usize, count: usize): void {
  const size: usize = sizeof<T>();
  let i: usize = 0;
  if (size > 1 && innerStep == <i32>size && count * size >= WIDE && <usize>abs(step) * length > FAR) {
    rowByRow<T>(code, out, x, step, length, count);
    return;
  }
  if (size > 1 && innerStep == <i32>size) {
    const lanes: usize = 16 / size;
    const start = v128.splat<T>(neutral<T>(code));
    for (; i + 4 * lanes <= count; i += 4 * lanes) {
      let from = x + i * size;
      let a = start, b = start, c = start, d = start;
      const none = i32x4.splat(0);
      let badA = none, badB = none, badC = none, badD = none;
      for (let n: usize = 0; n < length; n++) {
        const p = v128.load(from), q = v128.load(from, 16), r = v128.load(from, 32), s = v128.load(from, 48);
        a = vectors<T>(code, a, p);
        b = vectors<T>(code, b, q);
        c = vectors<T>(code, c, r);
        d = vectors<T>(code, d, s);
        badA = nans<T>(code, badA, p);
        badB = nans<T>(code, badB, q);
        badC = nans<T>(code, badC, r);
        badD = nans<T>(code, badD, s);
        from += step;
      }
      const to = out + i * size;
      // All ones are a NaN.
      v128.store(to, v128.or(a, badA));
      v128.store(to, v128.or(b, badB), 16);
      v128.store(to, v128.or(c, badC), 32);
      v128.store(to, v128.or(d, badD), 48);
    }
  }
  for (; i < count; i++) {
    let from = x + <i32>i * innerStep;
    let result = neutral<T>(code);
    for (let n: usize = 0; n < length; n++) {
      result = two<T>(code, result, load<T>(from));
      from += step;
    }
    store<T>(out + i * size, result);
  }
}

/**
 * The place of the largest or smallest along the middle axis: the first of equals, and a NaN before all. Words as those
 * of `reduce`.
 */
export function argReduce(at: usize, t: usize, threads: usize): void {
  switch (word(at, 6)) {
    case op.FLOAT32: places<f32>(at, t, threads); break;
    case op.FLOAT64: places<f64>(at, t, threads); break;
    case op.INT32: places<i32>(at, t, threads); break;
    default: places<u8>(at, t, threads);
  }
}

function places<T>(at: usize, t: usize, threads: usize): void {
  const length = place(at, 8);
  const inner = place(at, 9);
  const out = place(at, 10);
  const x = place(at, 11);
  const size: i32 = sizeof<T>();
  const outerStep = word(at, 12) * size;
  const step = word(at, 13) * size;
  const innerStep = word(at, 14) * size;
  const largest = word(at, 5) == MAX;
  const lines = place(at, 7) * inner;
  const end = shareStart(lines, t + 1, threads);
  for (let line = shareStart(lines, t, threads); line < end; line++) {
    const o = line / inner;
    const first = x + <i32>o * outerStep + <i32>(line - o * inner) * innerStep;
    store<i32>(out + (line << 2), largest ? placeOf<T>(true, first, step, length) : placeOf<T>(false, first, step, length));
  }
}

// First the extreme, by vectors where the elements lie side by side, then where it is.
// @ts-ignore: decorator
@inline
function placeOf<T>(largest: bool, x: usize, step: i32, length: usize): i32 {
  const size: usize = sizeof<T>();
  let best = load<T>(x);
  if (size > 1 && step == <i32>size && length >= 64 / size) {
    best = largest ? blockOf<T>(MAX, x, length) : blockOf<T>(MIN, x, length);
  } else {
    let from = x;
    for (let n: usize = 0; n < length; n++) {
      best = largest ? max<T>(best, load<T>(from)) : min<T>(best, load<T>(from));
      from += step;
    }
  }
  let n: i32 = 0;
  if (isFloat<T>() && best != best) {
    while (load<T>(x) == load<T>(x)) {
      x += step;
      n++;
    }
    return n;
  }
  while (load<T>(x) != best) {
    x += step;
    n++;
  }
  return n;
}
