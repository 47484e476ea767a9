import { place, shareStart, word } from "../memory";
import { madd, nmadd, storePart } from "../simd";
import { unaryBlock } from "./unary";
import * as op from "../../src/opcodes";

/**
 * Products with rows of bytes of which most are 0: each row becomes a list of its nonzero values once, and the product
 * reads only the rows of the weight that meet them. The sums are taken in the order of the dense product and leave out
 * only what adds 0, so that they have its bits.
 *
 * A list is the numbers of inputs (u32) and, behind room for all of them and eight more, as many values (f32 or f64);
 * its length stands in `counts`.
 */
// @ts-ignore: decorator
@inline
function listCapacity(inputs: usize): usize {
  return (inputs + 8) << 2;
}

/** Rows of images to lists. Words after the head: 4 units, 5 dtype, 6 images, 7 bytes to the next image, 8 images there
 * are, 9 inputs, 10 numbers of the rows, 11 place of the scale, 12 lists, 13 bytes of a list, 14 counts. */
export function sparseLists(at: usize, t: usize, threads: usize): void {
  if (word(at, 5) == op.FLOAT32) lists<f32>(at, t, threads);
  else lists<f64>(at, t, threads);
}

// @ts-ignore: decorator
@inline
function lists<T>(at: usize, t: usize, threads: usize): void {
  const rows = place(at, 4);
  const images = place(at, 6);
  const step = place(at, 7);
  const available = place(at, 8);
  const inputs = place(at, 9);
  const numbers = place(at, 10);
  const scale = load<T>(place(at, 11));
  const to = place(at, 12);
  const bytes = place(at, 13);
  const counts = place(at, 14);
  const end = shareStart(rows, t + 1, threads);
  for (let r = shareStart(rows, t, threads); r < end; r++) {
    const row = <usize>load<u32>(numbers + (r << 2));
    const list = to + r * bytes;
    const values = list + listCapacity(inputs);
    store<u32>(counts + (r << 2), row < available ? <u32>listOf<T>(list, values, images + row * step, inputs, scale) : 0);
  }
}

/**
 * For each pattern of eight bits where the set ones are, the first first: eight bytes each. Data of the module, which
 * every thread's instance writes anew to the same place.
 */
const places = memory.data(256 * 8, 16);
let placesMade = false;

function makePlaces(): void {
  for (let pattern: usize = 0; pattern < 256; pattern++) {
    let n: usize = 0;
    for (let bit: usize = 0; bit < 8; bit++) if (pattern & (1 << bit)) store<u8>(places + (pattern << 3) + n++, <u8>bit);
  }
  placesMade = true;
}

// Eight inputs at a time: their nonzero values move together by a table of where they are, without a branch.
function listOf<T>(list: usize, values: usize, image: usize, inputs: usize, scale: T): usize {
  if (!placesMade) makePlaces();
  const zero = i8x16.splat(0);
  const scales = v128.splat<T>(scale);
  let n: usize = 0;
  for (let i: usize = 0; i < inputs; i += 8) {
    let bytes = v128.load64_zero(image + i);
    let bits = <usize>i8x16.bitmask(i8x16.ne(bytes, zero));
    // What lies behind the last input is none.
    if (i + 8 > inputs) bits &= (1 << (inputs - i)) - 1;
    if (bits == 0) continue;
    const picked = v128.load64_zero(places + (bits << 3));
    bytes = i8x16.swizzle(bytes, picked);
    const first = i32x4.splat(<i32>i);
    const wide = i16x8.extend_low_i8x16_u(picked);
    v128.store(list + (n << 2), i32x4.add(i32x4.extend_low_i16x8_u(wide), first));
    v128.store(list + (n << 2), i32x4.add(i32x4.extend_high_i16x8_u(wide), first), 16);
    const numbers = i16x8.extend_low_i8x16_u(bytes);
    const low = i32x4.extend_low_i16x8_u(numbers), high = i32x4.extend_high_i16x8_u(numbers);
    const to = values + n * sizeof<T>();
    if (sizeof<T>() == 4) {
      v128.store(to, f32x4.mul(f32x4.convert_i32x4_u(low), scales));
      v128.store(to, f32x4.mul(f32x4.convert_i32x4_u(high), scales), 16);
    } else {
      v128.store(to, f64x2.mul(f64x2.convert_low_i32x4_u(low), scales));
      v128.store(to, f64x2.mul(f64x2.convert_low_i32x4_u(v128.shuffle<i64>(low, low, 1, 0)), scales), 16);
      v128.store(to, f64x2.mul(f64x2.convert_low_i32x4_u(high), scales), 32);
      v128.store(to, f64x2.mul(f64x2.convert_low_i32x4_u(v128.shuffle<i64>(high, high, 1, 0)), scales), 48);
    }
    n += <usize>popcnt(bits);
  }
  return n;
}

/**
 * `y = activation(x w + b)` from lists. Words: 4 units, 5 dtype, 6 lists, 7 bytes of a list, 8 counts, 9 inputs, 10
 * weight, 11 bytes of a row of it, 12 outputs, 13 bias, 14 y, 15 activation (an opcode of unary, -1 for none).
 */
export function sparseLinear(at: usize, t: usize, threads: usize): void {
  if (word(at, 5) == op.FLOAT32) forward<f32>(at, t, threads);
  else forward<f64>(at, t, threads);
}

// @ts-ignore: decorator
@inline
function forward<T>(at: usize, t: usize, threads: usize): void {
  const size: usize = sizeof<T>();
  const lanes: usize = 16 / size;
  const rows = place(at, 4);
  const from = place(at, 6);
  const bytes = place(at, 7);
  const counts = place(at, 8);
  const inputs = place(at, 9);
  const weight = place(at, 10);
  const weightRow = place(at, 11);
  const outputs = place(at, 12);
  const bias = place(at, 13);
  const y = place(at, 14);
  const activation = word(at, 15);
  const end = shareStart(rows, t + 1, threads);
  const isRelu = activation == op.RELU;
  for (let r = shareStart(rows, t, threads); r < end; r++) {
    const list = from + r * bytes;
    const values = list + listCapacity(inputs);
    const count = <usize>load<u32>(counts + (r << 2));
    const out = y + r * outputs * size;
    let vectors = (outputs + lanes - 1) / lanes;
    const tail = outputs & (lanes - 1);
    let column: usize = 0;
    while (vectors > 0) {
      const take = <i32>min<usize>(vectors, 8);
      vectors -= <usize>take;
      strip<T>(take, list, values, count, weight + column, weightRow, bias + column, out + column, vectors == 0 ? tail : 0, isRelu);
      column += <usize>take << 4;
    }
    if (activation >= 0 && !isRelu) unaryBlock(activation, size == 4 ? op.FLOAT32 : op.FLOAT64, out, out, outputs);
  }
}

function strip<T>(vectors: i32, list: usize, values: usize, count: usize, w: usize, wRow: usize, bias: usize, out: usize, tail: usize, relu: bool): void {
  switch (vectors) {
    case 1: sum<T>(1, list, values, count, w, wRow, bias, out, tail, relu); break;
    case 2: sum<T>(2, list, values, count, w, wRow, bias, out, tail, relu); break;
    case 3: sum<T>(3, list, values, count, w, wRow, bias, out, tail, relu); break;
    case 4: sum<T>(4, list, values, count, w, wRow, bias, out, tail, relu); break;
    case 5: sum<T>(5, list, values, count, w, wRow, bias, out, tail, relu); break;
    case 6: sum<T>(6, list, values, count, w, wRow, bias, out, tail, relu); break;
    case 7: sum<T>(7, list, values, count, w, wRow, bias, out, tail, relu); break;
    default: sum<T>(8, list, values, count, w, wRow, bias, out, tail, relu);
  }
}

// `vectors` vectors of one row of the result.
// @ts-ignore: decorator
@inline
function sum<T>(vectors: i32, list: usize, values: usize, count: usize, w: usize, wRow: usize, bias: usize, out: usize, tail: usize, relu: bool): void {
  let a0 = v128.load(bias), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
  if (vectors > 1) a1 = v128.load(bias, 16);
  if (vectors > 2) a2 = v128.load(bias, 32);
  if (vectors > 3) a3 = v128.load(bias, 48);
  if (vectors > 4) a4 = v128.load(bias, 64);
  if (vectors > 5) a5 = v128.load(bias, 80);
  if (vectors > 6) a6 = v128.load(bias, 96);
  if (vectors > 7) a7 = v128.load(bias, 112);
  const end = list + (count << 2);
  while (list != end) {
    const at = w + <usize>load<u32>(list) * wRow;
    const x = v128.load_splat<T>(values);
    a0 = madd<T>(x, v128.load(at), a0);
    if (vectors > 1) a1 = madd<T>(x, v128.load(at, 16), a1);
    if (vectors > 2) a2 = madd<T>(x, v128.load(at, 32), a2);
    if (vectors > 3) a3 = madd<T>(x, v128.load(at, 48), a3);
    if (vectors > 4) a4 = madd<T>(x, v128.load(at, 64), a4);
    if (vectors > 5) a5 = madd<T>(x, v128.load(at, 80), a5);
    if (vectors > 6) a6 = madd<T>(x, v128.load(at, 96), a6);
    if (vectors > 7) a7 = madd<T>(x, v128.load(at, 112), a7);
    list += 4;
    values += sizeof<T>();
  }
  if (relu) {
    const zero = v128.splat<T>(<T>0);
    a0 = v128.max<T>(a0, zero);
    if (vectors > 1) a1 = v128.max<T>(a1, zero);
    if (vectors > 2) a2 = v128.max<T>(a2, zero);
    if (vectors > 3) a3 = v128.max<T>(a3, zero);
    if (vectors > 4) a4 = v128.max<T>(a4, zero);
    if (vectors > 5) a5 = v128.max<T>(a5, zero);
    if (vectors > 6) a6 = v128.max<T>(a6, zero);
    if (vectors > 7) a7 = v128.max<T>(a7, zero);
  }
  put<T>(out, a0, vectors == 1 ? tail : 0);
  if (vectors > 1) put<T>(out + 16, a1, vectors == 2 ? tail : 0);
  if (vectors > 2) put<T>(out + 32, a2, vectors == 3 ? tail : 0);
  if (vectors > 3) put<T>(out + 48, a3, vectors == 4 ? tail : 0);
  if (vectors > 4) put<T>(out + 64, a4, vectors == 5 ? tail : 0);
  if (vectors > 5) put<T>(out + 80, a5, vectors == 6 ? tail : 0);
  if (vectors > 6) put<T>(out + 96, a6, vectors == 7 ? tail : 0);
  if (vectors > 7) put<T>(out + 112, a7, vectors == 8 ? tail : 0);
}

// @ts-ignore: decorator
@inline
function put<T>(out: usize, value: v128, tail: usize): void {
  if (tail == 0) v128.store(out, value);
  else storePart<T>(out, value, tail);
}

/**
 * The weight's gradient `x^T g` from lists, row by row of the weight: stored, or taken off the weight at once. The lists
 * are turned around first: for each input of this thread's share, the rows of g that meet it and their values.
 *
 * Words: 4 units (inputs), 5 dtype, 6 lists, 7 bytes of a list, 8 counts, 9 rows of the batch, 10 g, 11 outputs, 12
 * weight or gradient, 13 place of the learning rate (0: store the gradient), 14 scratch of each thread, 15 bytes of it.
 */
export function sparseGradient(at: usize, t: usize, threads: usize): void {
  if (word(at, 5) == op.FLOAT32) backward<f32>(at, t, threads);
  else backward<f64>(at, t, threads);
}

// @ts-ignore: decorator
@inline
function backward<T>(at: usize, t: usize, threads: usize): void {
  const size: usize = sizeof<T>();
  const lanes: usize = 16 / size;
  const inputs = place(at, 4);
  const start = shareStart(inputs, t, threads);
  const end = shareStart(inputs, t + 1, threads);
  if (start == end) return;
  const from = place(at, 6);
  const bytes = place(at, 7);
  const counts = place(at, 8);
  const rows = place(at, 9);
  const g = place(at, 10);
  const outputs = place(at, 11);
  const weight = place(at, 12);
  const rate = place(at, 13);
  const ends = place(at, 14) + t * place(at, 15);
  const slots = ends + ((inputs + 1) << 2);
  const values = (slots + ((rows * (end - start)) << 2) + 15) & ~15;
  const gRow = outputs * size;

  // How often each input occurs, then where its run begins, then the runs; afterwards ends[i] is where run i ends.
  memory.fill(ends, 0, (end - start + 1) << 2);
  for (let r: usize = 0; r < rows; r++) {
    const list = from + r * bytes;
    const count = <usize>load<u32>(counts + (r << 2));
    for (let n: usize = 0; n < count; n++) {
      const input = <usize>load<u32>(list + (n << 2)) - start;
      if (input < end - start) {
        const p = ends + ((input + 1) << 2);
        store<u32>(p, load<u32>(p) + 1);
      }
    }
  }
  let total: u32 = 0;
  for (let i: usize = 0; i <= end - start; i++) {
    total += load<u32>(ends + (i << 2));
    store<u32>(ends + (i << 2), total);
  }
  for (let r: usize = 0; r < rows; r++) {
    const list = from + r * bytes;
    const listValues = list + listCapacity(inputs);
    const count = <usize>load<u32>(counts + (r << 2));
    for (let n: usize = 0; n < count; n++) {
      const input = <usize>load<u32>(list + (n << 2)) - start;
      if (input >= end - start) continue;
      const p = ends + (input << 2);
      const slot = <usize>load<u32>(p);
      store<u32>(p, <u32>slot + 1);
      store<u32>(slots + (slot << 2), <u32>(r * gRow));
      store<T>(values + slot * size, load<T>(listValues + n * size));
    }
  }
  const rateVector = rate ? v128.load_splat<T>(rate) : v128.splat<T>(<T>0);
  let slot: usize = 0;
  for (let i: usize = 0; i < end - start; i++) {
    const stop = <usize>load<u32>(ends + (i << 2));
    const to = weight + (start + i) * gRow;
    if (slot == stop) {
      if (!rate) memory.fill(to, 0, gRow);
      continue;
    }
    let vectors = (outputs + lanes - 1) / lanes;
    const tail = outputs & (lanes - 1);
    let column: usize = 0;
    while (vectors > 0) {
      const take = <i32>min<usize>(vectors, 8);
      vectors -= <usize>take;
      const left = vectors == 0 ? tail : 0;
      stripBack<T>(take, slots + (slot << 2), values + slot * size, stop - slot, g + column, to + column, left, rate != 0, rateVector);
      column += <usize>take << 4;
    }
    slot = stop;
  }
}

function stripBack<T>(vectors: i32, slots: usize, values: usize, count: usize, g: usize, to: usize, tail: usize, descends: bool, rate: v128): void {
  switch (vectors) {
    case 1: sumBack<T>(1, slots, values, count, g, to, tail, descends, rate); break;
    case 2: sumBack<T>(2, slots, values, count, g, to, tail, descends, rate); break;
    case 3: sumBack<T>(3, slots, values, count, g, to, tail, descends, rate); break;
    case 4: sumBack<T>(4, slots, values, count, g, to, tail, descends, rate); break;
    case 5: sumBack<T>(5, slots, values, count, g, to, tail, descends, rate); break;
    case 6: sumBack<T>(6, slots, values, count, g, to, tail, descends, rate); break;
    case 7: sumBack<T>(7, slots, values, count, g, to, tail, descends, rate); break;
    default: sumBack<T>(8, slots, values, count, g, to, tail, descends, rate);
  }
}

// @ts-ignore: decorator
@inline
function sumBack<T>(vectors: i32, slots: usize, values: usize, count: usize, g: usize, to: usize, tail: usize, descends: bool, rate: v128): void {
  const zero = v128.splat<T>(<T>0);
  let a0 = zero, a1 = zero, a2 = zero, a3 = zero, a4 = zero, a5 = zero, a6 = zero, a7 = zero;
  const end = slots + (count << 2);
  while (slots != end) {
    const at = g + <usize>load<u32>(slots);
    const x = v128.load_splat<T>(values);
    a0 = madd<T>(x, v128.load(at), a0);
    if (vectors > 1) a1 = madd<T>(x, v128.load(at, 16), a1);
    if (vectors > 2) a2 = madd<T>(x, v128.load(at, 32), a2);
    if (vectors > 3) a3 = madd<T>(x, v128.load(at, 48), a3);
    if (vectors > 4) a4 = madd<T>(x, v128.load(at, 64), a4);
    if (vectors > 5) a5 = madd<T>(x, v128.load(at, 80), a5);
    if (vectors > 6) a6 = madd<T>(x, v128.load(at, 96), a6);
    if (vectors > 7) a7 = madd<T>(x, v128.load(at, 112), a7);
    slots += 4;
    values += sizeof<T>();
  }
  settle<T>(to, a0, vectors == 1 ? tail : 0, descends, rate);
  if (vectors > 1) settle<T>(to + 16, a1, vectors == 2 ? tail : 0, descends, rate);
  if (vectors > 2) settle<T>(to + 32, a2, vectors == 3 ? tail : 0, descends, rate);
  if (vectors > 3) settle<T>(to + 48, a3, vectors == 4 ? tail : 0, descends, rate);
  if (vectors > 4) settle<T>(to + 64, a4, vectors == 5 ? tail : 0, descends, rate);
  if (vectors > 5) settle<T>(to + 80, a5, vectors == 6 ? tail : 0, descends, rate);
  if (vectors > 6) settle<T>(to + 96, a6, vectors == 7 ? tail : 0, descends, rate);
  if (vectors > 7) settle<T>(to + 112, a7, vectors == 8 ? tail : 0, descends, rate);
}

// @ts-ignore: decorator
@inline
function settle<T>(to: usize, gradient: v128, tail: usize, descends: bool, rate: v128): void {
  put<T>(to, descends ? nmadd<T>(rate, gradient, v128.load(to)) : gradient, tail);
}
