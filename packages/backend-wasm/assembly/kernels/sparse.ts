import { place, shareStart, word } from "../memory";
import { madd, nmadd, storePart } from "../simd";
import { unaryBlock } from "./unary";
import * as op from "../../src/opcodes";

/**
 * Products with rows of bytes of which most are 0: a row is a list of its nonzero values, and the product reads only the
 * rows of the weight that meet them. The sums are taken in the order of the dense product and leave out only what adds 0,
 * so that they have its bits.
 *
 * An entry of a list is the number of an input times 256 and its byte. What a byte is worth stands in a table of 256
 * numbers. Lists of images that stay are made once, one after the other in memory: their index.
 */

/** For each pattern of eight bits where the set ones are, the first first: eight bytes each. */
let places: usize = 0;

/** Tells where that table is: it is made once, for all threads. */
export function setPlaces(at: usize): void {
  places = at;
}

// Eight inputs at a time: their nonzero values move together by a table of where they are, without a branch, which would
// be taken too irregularly to be foreseen. Up to eight entries behind the last are written to.
function listOf(list: usize, image: usize, inputs: usize): usize {
  const zero = i8x16.splat(0);
  const first = list;
  for (let i: usize = 0; i < inputs; i += 8) {
    const bytes = v128.load64_zero(image + i);
    let bits = <usize>i8x16.bitmask(i8x16.ne(bytes, zero));
    // What lies behind the last input is none.
    if (i + 8 > inputs) bits &= (1 << (inputs - i)) - 1;
    const picked = v128.load64_zero(places + (bits << 3));
    const values = i16x8.extend_low_i8x16_u(i8x16.swizzle(bytes, picked));
    const numbers = i16x8.extend_low_i8x16_u(picked);
    const base = i32x4.splat(<i32>i << 8);
    v128.store(list, entries(i32x4.extend_low_i16x8_u(numbers), i32x4.extend_low_i16x8_u(values), base));
    v128.store(list, entries(i32x4.extend_high_i16x8_u(numbers), i32x4.extend_high_i16x8_u(values), base), 16);
    list += <usize>popcnt(bits) << 2;
  }
  return (list - first) >> 2;
}

// @ts-ignore: decorator
@inline
function entries(numbers: v128, values: v128, base: v128): v128 {
  return i32x4.add(base, v128.or(i32x4.shl(numbers, 8), values));
}

/**
 * Counts the nonzero values of every image. Words after the head: 4 units (images), 5 first image, 6 bytes to the next,
 * 7 inputs, 8 counts.
 */
export function indexCount(at: usize, t: usize, threads: usize): void {
  const inputs = place(at, 7);
  const zero = i8x16.splat(0);
  const end = shareStart(place(at, 4), t + 1, threads);
  for (let r = shareStart(place(at, 4), t, threads); r < end; r++) {
    const image = place(at, 5) + r * place(at, 6);
    let count: u32 = 0;
    for (let i: usize = 0; i < inputs; i += 16) {
      let bits = i8x16.bitmask(i8x16.ne(v128.load(image + i), zero));
      if (i + 16 > inputs) bits &= (1 << <i32>(inputs - i)) - 1;
      count += popcnt(bits);
    }
    store<u32>(place(at, 8) + (r << 2), count);
  }
}

/**
 * Writes the lists of all images. Words: 4 to 7 as above, 8 where each list begins, in entries, 9 entries, 10 scratch of
 * each thread, 11 bytes of it.
 */
export function indexFill(at: usize, t: usize, threads: usize): void {
  const inputs = place(at, 7);
  const beginnings = place(at, 8);
  const scratch = place(at, 10) + t * place(at, 11);
  const end = shareStart(place(at, 4), t + 1, threads);
  const last = load<u32>(beginnings + (end << 2));
  for (let r = shareStart(place(at, 4), t, threads); r < end; r++) {
    const image = place(at, 5) + r * place(at, 6);
    const list = place(at, 9) + (load<u32>(beginnings + (r << 2)) << 2);
    if (load<u32>(beginnings + (r << 2), 4) + 8 <= last) {
      listOf(list, image, inputs);
    } else {
      // The entries behind the last list of a share are another thread's.
      memory.copy(list, scratch, listOf(scratch, image, inputs) << 2);
    }
  }
}

/**
 * The lists of the rows of a batch: found in the index, or made. Words: 4 units (rows), 5 images, 6 bytes to the next, 7
 * images there are, 8 inputs, 9 numbers of the rows, 10 where each list begins, 11 how long it is, 12 beginnings in the
 * index (0: none), 13 its entries; 14 room for lists, 15 bytes of one.
 */
export function sparseRows(at: usize, t: usize, threads: usize): void {
  const starts = place(at, 10), counts = place(at, 11);
  const index = place(at, 12);
  const available = place(at, 7);
  const numbers = place(at, 9);
  const end = shareStart(place(at, 4), t + 1, threads);
  for (let group = shareStart(place(at, 4), t, threads); group < end; group += GROUP) {
    const last = min<usize>(group + GROUP, end);
    for (let r = group; r < last; r++) {
      const row = <usize>load<u32>(numbers + (r << 2));
      let start: usize = 0, count: usize = 0;
      if (row < available) {
        if (index) {
          const first = <usize>load<u32>(index + (row << 2));
          start = place(at, 13) + (first << 2);
          count = <usize>load<u32>(index + (row << 2), 4) - first;
          fetch(start, count << 2);
        } else {
          fetch(place(at, 5) + row * place(at, 6), place(at, 8));
        }
      }
      store<u32>(starts + (r << 2), <u32>start);
      store<u32>(counts + (r << 2), <u32>count);
    }
    if (index) continue;
    for (let r = group; r < last; r++) {
      const row = <usize>load<u32>(numbers + (r << 2));
      if (row >= available) continue;
      const list = place(at, 14) + r * place(at, 15);
      store<u32>(starts + (r << 2), <u32>list);
      store<u32>(counts + (r << 2), <u32>listOf(list, place(at, 5) + row * place(at, 6), place(at, 8)));
    }
  }
}

/** Rows that are fetched together. */
const GROUP: usize = 32;

let fetched: u32 = 0;

/**
 * Loads from every cache line of some bytes. Rows lie anywhere in memory: so those of a group are on their way all at once,
 * where one after the other each would be waited for.
 */
// @ts-ignore: decorator
@inline
function fetch(at: usize, bytes: usize): void {
  let all: u32 = 0;
  for (let i: usize = 0; i < bytes; i += 64) all |= load<u8>(at + i);
  fetched = all;
}

/**
 * `y = activation(x w + b)` from lists. Words: 4 rows, 5 dtype, 6 where lists begin, 7 how long they are, 8 what bytes are
 * worth, 9 weight, 10 bytes of a row of it, 11 outputs, 12 bias, 13 y, 14 activation (an opcode of unary, -1 for none), 15
 * what threads share: rows or columns.
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
  const starts = place(at, 6), counts = place(at, 7);
  const table = place(at, 8);
  const weight = place(at, 9), weightRow = place(at, 10);
  const outputs = place(at, 11);
  const bias = place(at, 12);
  const y = place(at, 13);
  const activation = word(at, 14);
  const isRelu = activation == op.RELU;
  const byColumns: bool = word(at, 15) != op.ROWS;
  const vectors = (outputs + lanes - 1) / lanes;
  const firstVector: usize = byColumns ? columnsStart(vectors, t, threads) : 0;
  const lastVector = byColumns ? columnsStart(vectors, t + 1, threads) : vectors;
  if (firstVector == lastVector) return;
  const tail = outputs & (lanes - 1);
  const firstRow: usize = byColumns ? 0 : shareStart(place(at, 4), t, threads);
  const end = byColumns ? place(at, 4) : shareStart(place(at, 4), t + 1, threads);
  for (let r = firstRow; r < end; r++) {
    const list = <usize>load<u32>(starts + (r << 2));
    const count = <usize>load<u32>(counts + (r << 2));
    const out = y + r * outputs * size;
    for (let vector = firstVector; vector < lastVector; vector += 8) {
      const take = <i32>min<usize>(lastVector - vector, 8);
      const column = vector << 4;
      strip<T>(take, list, table, count, weight + column, weightRow, bias + column, out + column, vector + <usize>take == vectors ? tail : 0, isRelu);
    }
    if (activation >= 0 && !isRelu) {
      const part = out + (firstVector << 4);
      const elements = min<usize>(outputs, lastVector * lanes) - firstVector * lanes;
      unaryBlock(activation, size == 4 ? op.FLOAT32 : op.FLOAT64, part, part, elements);
    }
  }
}

// Threads share columns by cache lines of four vectors.
// @ts-ignore: decorator
@inline
function columnsStart(vectors: usize, t: usize, threads: usize): usize {
  return min<usize>(shareStart((vectors + 3) >> 2, t, threads) << 2, vectors);
}

function strip<T>(vectors: i32, list: usize, table: usize, count: usize, w: usize, wRow: usize, bias: usize, out: usize, tail: usize, relu: bool): void {
  switch (vectors) {
    case 1: sum<T>(1, list, table, count, w, wRow, bias, out, tail, relu); break;
    case 2: sum<T>(2, list, table, count, w, wRow, bias, out, tail, relu); break;
    case 3: sum<T>(3, list, table, count, w, wRow, bias, out, tail, relu); break;
    case 4: sum<T>(4, list, table, count, w, wRow, bias, out, tail, relu); break;
    case 5: sum<T>(5, list, table, count, w, wRow, bias, out, tail, relu); break;
    case 6: sum<T>(6, list, table, count, w, wRow, bias, out, tail, relu); break;
    case 7: sum<T>(7, list, table, count, w, wRow, bias, out, tail, relu); break;
    default: sum<T>(8, list, table, count, w, wRow, bias, out, tail, relu);
  }
}

// `vectors` vectors of one row of the result.
// @ts-ignore: decorator
@inline
function sum<T>(vectors: i32, list: usize, table: usize, count: usize, w: usize, wRow: usize, bias: usize, out: usize, tail: usize, relu: bool): void {
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
    const entry = <usize>load<u32>(list);
    const at = w + (entry >> 8) * wRow;
    const x = v128.load_splat<T>(table + (entry & 255) * sizeof<T>());
    a0 = madd<T>(x, v128.load(at), a0);
    if (vectors > 1) a1 = madd<T>(x, v128.load(at, 16), a1);
    if (vectors > 2) a2 = madd<T>(x, v128.load(at, 32), a2);
    if (vectors > 3) a3 = madd<T>(x, v128.load(at, 48), a3);
    if (vectors > 4) a4 = madd<T>(x, v128.load(at, 64), a4);
    if (vectors > 5) a5 = madd<T>(x, v128.load(at, 80), a5);
    if (vectors > 6) a6 = madd<T>(x, v128.load(at, 96), a6);
    if (vectors > 7) a7 = madd<T>(x, v128.load(at, 112), a7);
    list += 4;
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
 * Turns the lists of a batch around, as its gradient needs them: for each input of a thread's share, or for each input, the
 * rows of g that meet it and their values.
 *
 * Words: 4 units (inputs), 5 dtype, 6 where lists begin, 7 how long they are, 8 what bytes are worth, 9 rows of the batch,
 * 10 bytes of a row of g, 11 room of each thread, 12 bytes of it, 13 whether every thread turns all of them for itself.
 */
export function sparseTurn(at: usize, t: usize, threads: usize): void {
  if (word(at, 5) == op.FLOAT32) turn<f32>(at, t, threads);
  else turn<f64>(at, t, threads);
}

// @ts-ignore: decorator
@inline
function turn<T>(at: usize, t: usize, threads: usize): void {
  const all = word(at, 13) != 0;
  const start: usize = all ? 0 : shareStart(place(at, 4), t, threads);
  const inputs = (all ? place(at, 4) : shareStart(place(at, 4), t + 1, threads)) - start;
  const starts = place(at, 6), counts = place(at, 7);
  const table = place(at, 8);
  const rows = place(at, 9);
  const gRow = place(at, 10);
  const ends = place(at, 11) + t * place(at, 12);
  const from = start << 8;
  const until = (start + inputs) << 8;

  // How often each input occurs, then where its run begins, then the runs; afterwards ends[i] is where run i ends.
  memory.fill(ends, 0, (inputs + 1) << 2);
  for (let r: usize = 0; r < rows; r++) {
    let list = <usize>load<u32>(starts + (r << 2));
    const last = list + (load<u32>(counts + (r << 2)) << 2);
    if (start) list = firstFrom(list, last, from);
    for (; list < last; list += 4) {
      const entry = <usize>load<u32>(list);
      if (entry >= until) break;
      const p = ends + (((entry - from) >> 8) << 2);
      store<u32>(p, load<u32>(p, 4) + 1, 4);
    }
  }
  let total: u32 = 0;
  for (let i: usize = 0; i <= inputs; i++) {
    total += load<u32>(ends + (i << 2));
    store<u32>(ends + (i << 2), total);
  }
  const slots = slotsOf(ends, inputs);
  const values = valuesOf(slots, total);
  for (let r: usize = 0; r < rows; r++) {
    let list = <usize>load<u32>(starts + (r << 2));
    const last = list + (load<u32>(counts + (r << 2)) << 2);
    if (start) list = firstFrom(list, last, from);
    for (; list < last; list += 4) {
      const entry = <usize>load<u32>(list);
      if (entry >= until) break;
      const p = ends + (((entry - from) >> 8) << 2);
      const slot = <usize>load<u32>(p);
      store<u32>(p, <u32>slot + 1);
      store<u32>(slots + (slot << 2), <u32>(r * gRow));
      store<T>(values + slot * sizeof<T>(), load<T>(table + (entry & 255) * sizeof<T>()));
    }
  }
}

// The first entry of a sorted list that is at least `key`.
// @ts-ignore: decorator
@inline
function firstFrom(list: usize, last: usize, key: usize): usize {
  let count = (last - list) >> 2;
  while (count > 0) {
    const half = count >> 1;
    const isBelow = <usize>load<u32>(list + (half << 2)) < key;
    list = isBelow ? list + ((half + 1) << 2) : list;
    count = isBelow ? count - half - 1 : half;
  }
  return list;
}

// Behind the ends of its runs a thread's room holds the rows of g, and behind as many values.
// @ts-ignore: decorator
@inline
function slotsOf(ends: usize, inputs: usize): usize {
  return ends + ((inputs + 1) << 2);
}

// @ts-ignore: decorator
@inline
function valuesOf(slots: usize, total: usize): usize {
  return (slots + (total << 2) + 15) & ~15;
}

/**
 * The weight's gradient `x^T g` from turned lists, row by row of the weight: stored, or taken off the weight at once.
 *
 * Words: 4 inputs, 5 dtype, 6 where lists begin, 7 how long they are, 8 what bytes are worth, 9 rows of the batch, 10 g, 11
 * outputs, 12 weight or gradient, 13 place of the learning rate (0: store the gradient), 14 room of each thread, 15 bytes
 * of it, 16 what threads share: rows of the weight, each those that it has turned, or columns, of what all have turned
 * or of what each has turned for itself.
 */
export function sparseGradient(at: usize, t: usize, threads: usize): void {
  if (word(at, 5) == op.FLOAT32) backward<f32>(at, t, threads);
  else backward<f64>(at, t, threads);
}

// @ts-ignore: decorator
@inline
function backward<T>(at: usize, t: usize, threads: usize): void {
  const inputs = place(at, 4);
  const g = place(at, 10);
  const outputs = place(at, 11);
  const weight = place(at, 12);
  const rate = place(at, 13);
  const rateVector = rate ? v128.load_splat<T>(rate) : v128.splat<T>(<T>0);
  if (place(at, 9) == 1) {
    const start = shareStart(inputs, t, threads), end = shareStart(inputs, t + 1, threads);
    single<T>(load<u32>(place(at, 6)), load<u32>(place(at, 7)), start, end, place(at, 8), g, outputs, weight, rate != 0, rateVector);
    return;
  }
  const vectors = (outputs * sizeof<T>() + 15) >> 4;
  const room = place(at, 14), bytes = place(at, 15);
  if (word(at, 16) == op.ROWS) {
    turned<T>(room + t * bytes, shareStart(inputs, t, threads), shareStart(inputs, t + 1, threads), g, outputs, weight, 0, vectors, rate != 0, rateVector);
    return;
  }
  const first = columnsStart(vectors, t, threads), last = columnsStart(vectors, t + 1, threads);
  if (first == last) return;
  if (word(at, 16) == op.OWN_COLUMNS) {
    turned<T>(room + t * bytes, 0, inputs, g, outputs, weight, first, last, rate != 0, rateVector);
    return;
  }
  for (let part: usize = 0; part < threads; part++) {
    turned<T>(room + part * bytes, shareStart(inputs, part, threads), shareStart(inputs, part + 1, threads), g, outputs, weight, first, last, rate != 0, rateVector);
  }
}

// Columns `first` to `last`, in vectors, of the rows of the weight from `start` to `end`.
function turned<T>(ends: usize, start: usize, end: usize, g: usize, outputs: usize, weight: usize, first: usize, last: usize, descends: bool, rate: v128): void {
  const gRow = outputs * sizeof<T>();
  const lanes: usize = 16 / sizeof<T>();
  const vectors = (outputs + lanes - 1) / lanes;
  const inputs = end - start;
  const slots = slotsOf(ends, inputs);
  const values = valuesOf(slots, load<u32>(ends + ((inputs - 1) << 2)));
  let slot: usize = 0;
  for (let i: usize = 0; i < inputs; i++) {
    const stop = <usize>load<u32>(ends + (i << 2));
    const to = weight + (start + i) * gRow;
    if (slot == stop) {
      if (!descends) memory.fill(to + (first << 4), 0, min<usize>(gRow, last << 4) - (first << 4));
      continue;
    }
    for (let vector = first; vector < last; vector += 8) {
      const take = <i32>min<usize>(last - vector, 8);
      const column = vector << 4;
      const tail = vector + <usize>take == vectors ? outputs & (lanes - 1) : 0;
      stripBack<T>(take, slots + (slot << 2), values + slot * sizeof<T>(), stop - slot, g + column, to + column, tail, descends, rate);
    }
    slot = stop;
  }
}

// One image: each of its nonzero values has a row of the weight to itself.
function single<T>(list: usize, count: usize, start: usize, end: usize, table: usize, g: usize, outputs: usize, weight: usize, descends: bool, rate: v128): void {
  const gRow = outputs * sizeof<T>();
  const lanes: usize = 16 / sizeof<T>();
  const whole = (outputs / lanes) * 16;
  const tail = outputs & (lanes - 1);
  const zero = v128.splat<T>(<T>0);
  if (!descends) memory.fill(weight + start * gRow, 0, (end - start) * gRow);
  for (const last = list + (count << 2); list < last; list += 4) {
    const entry = <usize>load<u32>(list);
    const input = entry >> 8;
    if (input - start >= end - start) continue;
    const to = weight + input * gRow;
    const x = v128.load_splat<T>(table + (entry & 255) * sizeof<T>());
    let column: usize = 0;
    for (; column < whole; column += 16) {
      const slope = madd<T>(x, v128.load(g + column), zero);
      v128.store(to + column, descends ? nmadd<T>(rate, slope, v128.load(to + column)) : slope);
    }
    if (tail) settle<T>(to + column, madd<T>(x, v128.load(g + column), zero), tail, descends, rate);
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
