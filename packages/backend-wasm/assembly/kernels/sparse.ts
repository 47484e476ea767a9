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
  for (let group = shareStart(rows, t, threads); group < end; group += GROUP) {
    const last = min<usize>(group + GROUP, end);
    for (let r = group; r < last; r++) {
      fetchRow(images, step, available, <usize>load<u32>(numbers + (r << 2)), inputs);
    }
    for (let r = group; r < last; r++) {
      const row = <usize>load<u32>(numbers + (r << 2));
      const list = to + r * bytes;
      const values = list + listCapacity(inputs);
      const count = row < available ? <u32>listOf<T>(list, values, images + row * step, inputs, scale) : 0;
      store<u32>(counts + (r << 2), count);
    }
  }
}

/** Rows that are fetched together. */
const GROUP: usize = 32;
let fetched: u32 = 0;

/**
 * Loads from every cache line of a row. Rows lie anywhere in memory: so those of a group are on their way all at once,
 * where one after the other each would be waited for.
 */
// @ts-ignore: decorator
@inline
function fetchRow(images: usize, step: usize, available: usize, row: usize, inputs: usize): void {
  if (row >= available) return;
  const at = images + row * step;
  let all: u32 = 0;
  for (let i: usize = 0; i < inputs; i += 64) all |= load<u8>(at + i);
  fetched = all;
}

/** For each pattern of eight bits where the set ones are, the first first: eight bytes each. */
let places: usize = 0;

/** Tells where that table is: it is made once, for all threads. */
export function setPlaces(at: usize): void {
  places = at;
}

// Eight inputs at a time: their nonzero values move together by a table of where they are, without a branch,
// which would be taken too irregularly to be foreseen.
function listOf<T>(list: usize, values: usize, image: usize, inputs: usize, scale: T): usize {
  const zero = i8x16.splat(0);
  const scales = v128.splat<T>(scale);
  let n: usize = 0;
  for (let i: usize = 0; i < inputs; i += 8) {
    let bytes = v128.load64_zero(image + i);
    let bits = <usize>i8x16.bitmask(i8x16.ne(bytes, zero));
    // What lies behind the last input is none.
    if (i + 8 > inputs) bits &= (1 << (inputs - i)) - 1;
    const picked = v128.load64_zero(places + (bits << 3));
    bytes = i8x16.swizzle(bytes, picked);
    const first = i32x4.splat(<i32>i);
    const wide = i16x8.extend_low_i8x16_u(picked);
    v128.store(list + (n << 2), i32x4.add(i32x4.extend_low_i16x8_u(wide), first));
    v128.store(list + (n << 2), i32x4.add(i32x4.extend_high_i16x8_u(wide), first), 16);
    storeScaled<T>(values + n * sizeof<T>(), bytes, scales);
    n += <usize>popcnt(bits);
  }
  return n;
}

// Eight bytes as numbers times the scale.
// @ts-ignore: decorator
@inline
function storeScaled<T>(to: usize, bytes: v128, scales: v128): void {
  const numbers = i16x8.extend_low_i8x16_u(bytes);
  const low = i32x4.extend_low_i16x8_u(numbers), high = i32x4.extend_high_i16x8_u(numbers);
  if (sizeof<T>() == 4) {
    v128.store(to, f32x4.mul(f32x4.convert_i32x4_u(low), scales));
    v128.store(to, f32x4.mul(f32x4.convert_i32x4_u(high), scales), 16);
  } else {
    v128.store(to, f64x2.mul(f64x2.convert_low_i32x4_u(low), scales));
    v128.store(to, f64x2.mul(f64x2.convert_low_i32x4_u(v128.shuffle<i64>(low, low, 1, 0)), scales), 16);
    v128.store(to, f64x2.mul(f64x2.convert_low_i32x4_u(high), scales), 32);
    v128.store(to, f64x2.mul(f64x2.convert_low_i32x4_u(v128.shuffle<i64>(high, high, 1, 0)), scales), 48);
  }
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
  const start = shareStart(rows, t, threads);
  const end = shareStart(rows, t + 1, threads);
  const isRelu = activation == op.RELU;
  for (let r = start; r < end; r++) {
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
 * The weight's gradient `x^T g`, row by row of the weight: stored, or taken off the weight at once. Eight inputs at a time,
 * the bytes of the batch are turned around, and each input's become a list of rows of g and values.
 *
 * Words: 4 units (inputs), 5 dtype, 6 images, 7 bytes to the next image, 8 images there are, 9 rows of the batch, 10 g, 11
 * outputs, 12 weight or gradient, 13 place of the learning rate (0: store the gradient), 14 scratch of each thread, 15
 * bytes of it, 16 numbers of the rows, 17 place of the scale.
 */
export function sparseGradient(at: usize, t: usize, threads: usize): void {
  if (word(at, 5) == op.FLOAT32) backward<f32>(at, t, threads);
  else backward<f64>(at, t, threads);
}

// @ts-ignore: decorator
@inline
function backward<T>(at: usize, t: usize, threads: usize): void {
  const inputs = place(at, 4);
  const start = shareStart(inputs, t, threads);
  const end = shareStart(inputs, t + 1, threads);
  if (start == end) return;
  const rows = place(at, 9);
  const g = place(at, 10);
  const outputs = place(at, 11);
  const gRow = outputs * sizeof<T>();
  const weight = place(at, 12);
  const rate = place(at, 13);
  const scale = load<T>(place(at, 17));
  const numbers = place(at, 16);
  // Where each row's image is; its bytes, turned; a list of rows of g and one of values.
  const images = place(at, 14) + t * place(at, 15);
  const turned = (images + (rows << 2) + 63) & ~15;
  const slots = turned + ((rows + 7) & ~7) * 8;
  const values = slots + ((rows + 16) << 2);
  for (let r: usize = 0; r < rows; r++) {
    const row = <usize>load<u32>(numbers + (r << 2));
    store<u32>(images + (r << 2), row < place(at, 8) ? <u32>(place(at, 6) + row * place(at, 7)) : 0);
  }
  const rateVector = rate ? v128.load_splat<T>(rate) : v128.splat<T>(<T>0);
  if (rows == 1) {
    single<T>(load<u32>(images), start, end, scale, turned, g, outputs, weight, rate != 0, rateVector);
    return;
  }
  for (let first = start; first < end; first += 8) {
    turnBytes(turned, images, rows, first);
    const last = min<usize>(first + 8, end);
    for (let input = first; input < last; input++) {
      const count = listOfInput<T>(slots, values, turned + ((input - first) << 3), rows, gRow, scale);
      toWeight<T>(slots, values, count, g, outputs, weight + input * gRow, rate != 0, rateVector);
    }
  }
}

// One image: each of its nonzero values has a row of the weight to itself.
function single<T>(image: usize, start: usize, end: usize, scale: T, scratch: usize, g: usize, outputs: usize, weight: usize, descends: bool, rate: v128): void {
  const gRow = outputs * sizeof<T>();
  const list = scratch + 16;
  const values = list + listCapacity(end - start);
  const count = image ? listOf<T>(list, values, image + start, end - start, scale) : 0;
  store<u32>(scratch, 0);
  if (!descends) memory.fill(weight + start * gRow, 0, (end - start) * gRow);
  for (let n: usize = 0; n < count; n++) {
    const to = weight + (start + load<u32>(list + (n << 2))) * gRow;
    toWeight<T>(scratch, values + n * sizeof<T>(), 1, g, outputs, to, descends, rate);
  }
}

// Eight bytes of every image from number `first` on, eight images at a time: to `[rows / 8][8 inputs][8 images]`.
function turnBytes(to: usize, images: usize, rows: usize, first: usize): void {
  for (let r: usize = 0; r < rows; r += 8) {
    const a0 = interleaved(bytesOf(images, r, rows, first), bytesOf(images, r + 4, rows, first));
    const a1 = interleaved(bytesOf(images, r + 1, rows, first), bytesOf(images, r + 5, rows, first));
    const a2 = interleaved(bytesOf(images, r + 2, rows, first), bytesOf(images, r + 6, rows, first));
    const a3 = interleaved(bytesOf(images, r + 3, rows, first), bytesOf(images, r + 7, rows, first));
    const b0 = interleaved(a0, a2), b1 = interleavedHigh(a0, a2);
    const b2 = interleaved(a1, a3), b3 = interleavedHigh(a1, a3);
    v128.store(to, interleaved(b0, b2));
    v128.store(to, interleavedHigh(b0, b2), 16);
    v128.store(to, interleaved(b1, b3), 32);
    v128.store(to, interleavedHigh(b1, b3), 48);
    to += 64;
  }
}

// @ts-ignore: decorator
@inline
function bytesOf(images: usize, row: usize, rows: usize, first: usize): v128 {
  if (row >= rows) return i8x16.splat(0);
  const image = <usize>load<u32>(images + (row << 2));
  return image ? v128.load64_zero(image + first) : i8x16.splat(0);
}

// @ts-ignore: decorator
@inline
function interleaved(a: v128, b: v128): v128 {
  return v128.shuffle<i8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

// @ts-ignore: decorator
@inline
function interleavedHigh(a: v128, b: v128): v128 {
  return v128.shuffle<i8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

// The rows in which one input is not 0, as places of rows of g, and its values there.
function listOfInput<T>(slots: usize, values: usize, turned: usize, rows: usize, gRow: usize, scale: T): usize {
  const zero = i8x16.splat(0);
  const scales = v128.splat<T>(scale);
  const rowBytes = i32x4.splat(<i32>gRow);
  let n: usize = 0;
  for (let r: usize = 0; r < rows; r += 8) {
    const bytes = v128.load64_zero(turned + (r << 3));
    const bits = <usize>i8x16.bitmask(i8x16.ne(bytes, zero));
    const picked = v128.load64_zero(places + (bits << 3));
    const wide = i16x8.extend_low_i8x16_u(picked);
    const first = i32x4.splat(<i32>r);
    const to = slots + (n << 2);
    v128.store(to, i32x4.mul(i32x4.add(i32x4.extend_low_i16x8_u(wide), first), rowBytes));
    v128.store(to, i32x4.mul(i32x4.add(i32x4.extend_high_i16x8_u(wide), first), rowBytes), 16);
    storeScaled<T>(values + n * sizeof<T>(), i8x16.swizzle(bytes, picked), scales);
    n += <usize>popcnt(bits);
  }
  return n;
}

function toWeight<T>(slots: usize, values: usize, count: usize, g: usize, outputs: usize, to: usize, descends: bool, rate: v128): void {
  const lanes: usize = 16 / sizeof<T>();
  if (count == 0) {
    if (!descends) memory.fill(to, 0, outputs * sizeof<T>());
    return;
  }
  let vectors = (outputs + lanes - 1) / lanes;
  const tail = outputs & (lanes - 1);
  let column: usize = 0;
  while (vectors > 0) {
    const take = <i32>min<usize>(vectors, 8);
    vectors -= <usize>take;
    stripBack<T>(take, slots, values, count, g + column, to + column, vectors == 0 ? tail : 0, descends, rate);
    column += <usize>take << 4;
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
