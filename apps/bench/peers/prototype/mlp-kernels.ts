/**
 * AssemblyScript, compiled by compile.mjs: a network of 784, 128 and 10 units in float32 and nothing else. What it has
 * over a general library: sizes known beforehand, memory laid out by hand, and images as lists of their nonzero pixels.
 *
 * Rows in memory: of the first weight and of what has 128 columns 512 bytes, of the second weight and of what has 10
 * columns 48 bytes, the last two columns zeros. A batch's row is called a slot.
 */
const hiddenRow: usize = 512;
const outputRow: usize = 48;
/** Bytes of 32 columns, which eight registers hold. */
const block: usize = 128;
/** What one thread needs for the positions where pixels of a batch start, and for its pixels. */
const startsBytes: usize = 4096;
const pixelsBytes: usize = 128 * 784 * 4;

// The images: where each one's pixels start, their positions (u16), their values (f32), the digits (u8).
let starts: usize = 0;
let positions: usize = 0;
let values: usize = 0;
let digits: usize = 0;

export function useImages(startsAt: usize, positionsAt: usize, valuesAt: usize, digitsAt: usize): void {
  starts = startsAt;
  positions = positionsAt;
  values = valuesAt;
  digits = digitsAt;
}

let weight0: usize = 0;
let bias0: usize = 0;
let weight1: usize = 0;
let bias1: usize = 0;
/** Activations `[B, 128]`, and the loss's derivatives by what goes into the two layers. */
let hidden: usize = 0;
let outputSlopes: usize = 0;
let hiddenSlopes: usize = 0;
/** A counter of who has arrived, and 64 bytes on the number of the meeting. */
let meeting: usize = 0;
/** The pixels of a batch by position instead of by image: where each position ends, slots, values; for each thread. */
let batchEnds: usize = 0;
let batchSlots: usize = 0;
let batchValues: usize = 0;

export function useMemory(
  weight0At: usize,
  bias0At: usize,
  weight1At: usize,
  bias1At: usize,
  hiddenAt: usize,
  outputSlopesAt: usize,
  hiddenSlopesAt: usize,
  meetingAt: usize,
  batchEndsAt: usize,
  batchSlotsAt: usize,
  batchValuesAt: usize,
): void {
  weight0 = weight0At;
  bias0 = bias0At;
  weight1 = weight1At;
  bias1 = bias1At;
  hidden = hiddenAt;
  outputSlopes = outputSlopesAt;
  hiddenSlopes = hiddenSlopesAt;
  meeting = meetingAt;
  batchEnds = batchEndsAt;
  batchSlots = batchSlotsAt;
  batchValues = batchValuesAt;
}

/** Returns when all threads have come here. */
function meet(threads: i32): void {
  if (threads === 1) return;
  const number = atomic.load<i32>(meeting + 64);
  if (atomic.add<i32>(meeting, 1) === threads - 1) {
    atomic.store<i32>(meeting, 0);
    atomic.store<i32>(meeting + 64, number + 1);
  } else {
    while (atomic.load<i32>(meeting + 64) === number) {}
  }
}

/** hidden[slot] = relu(image w0 + b0): each nonzero pixel is one run of multiply-adds. */
function hiddenOf(image: usize, slot: usize): void {
  const from = load<u32>(starts + (image << 2));
  const to = load<u32>(starts + (image << 2), 4);
  const zero = f32x4.splat(0);
  for (let c: usize = 0; c < hiddenRow; c += block) {
    let a0 = v128.load(bias0 + c, 0);
    let a1 = v128.load(bias0 + c, 16);
    let a2 = v128.load(bias0 + c, 32);
    let a3 = v128.load(bias0 + c, 48);
    let a4 = v128.load(bias0 + c, 64);
    let a5 = v128.load(bias0 + c, 80);
    let a6 = v128.load(bias0 + c, 96);
    let a7 = v128.load(bias0 + c, 112);
    for (let p = from; p < to; p++) {
      const w = weight0 + <usize>load<u16>(positions + ((<usize>p) << 1)) * hiddenRow + c;
      const x = v128.load32_splat(values + ((<usize>p) << 2));
      a0 = f32x4.relaxed_madd(v128.load(w, 0), x, a0);
      a1 = f32x4.relaxed_madd(v128.load(w, 16), x, a1);
      a2 = f32x4.relaxed_madd(v128.load(w, 32), x, a2);
      a3 = f32x4.relaxed_madd(v128.load(w, 48), x, a3);
      a4 = f32x4.relaxed_madd(v128.load(w, 64), x, a4);
      a5 = f32x4.relaxed_madd(v128.load(w, 80), x, a5);
      a6 = f32x4.relaxed_madd(v128.load(w, 96), x, a6);
      a7 = f32x4.relaxed_madd(v128.load(w, 112), x, a7);
    }
    const h = hidden + slot * hiddenRow + c;
    v128.store(h, f32x4.max(a0, zero), 0);
    v128.store(h, f32x4.max(a1, zero), 16);
    v128.store(h, f32x4.max(a2, zero), 32);
    v128.store(h, f32x4.max(a3, zero), 48);
    v128.store(h, f32x4.max(a4, zero), 64);
    v128.store(h, f32x4.max(a5, zero), 80);
    v128.store(h, f32x4.max(a6, zero), 96);
    v128.store(h, f32x4.max(a7, zero), 112);
  }
}

/** outputSlopes[slot] = hidden[slot] w1 + b1, the logits; two hidden units at a time. */
function logitsOf(slot: usize): void {
  let a0 = v128.load(bias1, 0);
  let a1 = v128.load(bias1, 16);
  let a2 = v128.load(bias1, 32);
  let b0 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  let b2 = f32x4.splat(0);
  const h = hidden + slot * hiddenRow;
  for (let j: usize = 0; j < 128; j += 2) {
    const x = v128.load32_splat(h + (j << 2), 0);
    const y = v128.load32_splat(h + (j << 2), 4);
    const w = weight1 + j * outputRow;
    a0 = f32x4.relaxed_madd(v128.load(w, 0), x, a0);
    a1 = f32x4.relaxed_madd(v128.load(w, 16), x, a1);
    a2 = f32x4.relaxed_madd(v128.load(w, 32), x, a2);
    b0 = f32x4.relaxed_madd(v128.load(w, 48), y, b0);
    b1 = f32x4.relaxed_madd(v128.load(w, 64), y, b1);
    b2 = f32x4.relaxed_madd(v128.load(w, 80), y, b2);
  }
  const z = outputSlopes + slot * outputRow;
  v128.store(z, f32x4.add(a0, b0), 0);
  v128.store(z, f32x4.add(a1, b1), 16);
  v128.store(z, f32x4.add(a2, b2), 32);
}

/** Logits to slopes, (softmax - target) scale; gives the loss. */
function outputSlopesOf(image: usize, slot: usize, scale: f32): f32 {
  const z = outputSlopes + slot * outputRow;
  let largest = load<f32>(z);
  for (let i: usize = 1; i < 10; i++) largest = max<f32>(largest, load<f32>(z + (i << 2)));
  let sum: f32 = 0;
  for (let i: usize = 0; i < 10; i++) {
    const e = Mathf.exp(load<f32>(z + (i << 2)) - largest);
    store<f32>(z + (i << 2), e);
    sum += e;
  }
  const target = z + ((<usize>load<u8>(digits + image)) << 2);
  const loss = Mathf.log(sum) - Mathf.log(load<f32>(target));
  for (let i: usize = 0; i < 10; i++) store<f32>(z + (i << 2), load<f32>(z + (i << 2)) * (scale / sum));
  store<f32>(target, load<f32>(target) - scale);
  store<f32>(z, 0, 40);
  store<f32>(z, 0, 44);
  return loss;
}

/** hiddenSlopes[slot] = w1 outputSlopes[slot] where the unit is above 0; four units at a time. */
function hiddenSlopesOf(slot: usize): void {
  const z = outputSlopes + slot * outputRow;
  const d0 = v128.load(z, 0);
  const d1 = v128.load(z, 16);
  const d2 = v128.load(z, 32);
  const zero = f32x4.splat(0);
  for (let j: usize = 0; j < 128; j += 4) {
    const w = weight1 + j * outputRow;
    const p0 = slopeTerms(w, d0, d1, d2);
    const p1 = slopeTerms(w + outputRow, d0, d1, d2);
    const p2 = slopeTerms(w + 2 * outputRow, d0, d1, d2);
    const p3 = slopeTerms(w + 3 * outputRow, d0, d1, d2);
    // The sum of each of the four, side by side.
    const s0 = f32x4.add(i32x4.shuffle(p0, p1, 0, 4, 1, 5), i32x4.shuffle(p0, p1, 2, 6, 3, 7));
    const s1 = f32x4.add(i32x4.shuffle(p2, p3, 0, 4, 1, 5), i32x4.shuffle(p2, p3, 2, 6, 3, 7));
    const sums = f32x4.add(i64x2.shuffle(s0, s1, 0, 2), i64x2.shuffle(s0, s1, 1, 3));
    const h = v128.load(hidden + slot * hiddenRow + (j << 2));
    v128.store(hiddenSlopes + slot * hiddenRow + (j << 2), v128.and(sums, f32x4.gt(h, zero)));
  }
}

function slopeTerms(w: usize, d0: v128, d1: v128, d2: v128): v128 {
  const first = f32x4.mul(v128.load(w, 0), d0);
  return f32x4.relaxed_madd(v128.load(w, 32), d2, f32x4.relaxed_madd(v128.load(w, 16), d1, first));
}

/** Sorts the pixels of a batch by position, so that the update loads and stores each weight once. */
function sortPixels(firstImage: usize, batch: usize, thread: usize): void {
  const ends = batchEnds + thread * startsBytes;
  const slots = batchSlots + thread * pixelsBytes;
  const sorted = batchValues + thread * pixelsBytes;
  memory.fill(ends, 0, 785 << 2);
  const from = load<u32>(starts + (firstImage << 2));
  const to = load<u32>(starts + ((firstImage + batch) << 2));
  for (let p = from; p < to; p++) {
    const count = ends + 4 + ((<usize>load<u16>(positions + ((<usize>p) << 1))) << 2);
    store<u32>(count, load<u32>(count) + 1);
  }
  let sum: u32 = 0;
  for (let k: usize = 0; k <= 784; k++) {
    sum += load<u32>(ends + (k << 2));
    store<u32>(ends + (k << 2), sum);
  }
  // What was where a position starts is, after its last pixel, where it ends.
  for (let slot: usize = 0; slot < batch; slot++) {
    const first = load<u32>(starts + ((firstImage + slot) << 2), 0);
    const end = load<u32>(starts + ((firstImage + slot) << 2), 4);
    for (let p = first; p < end; p++) {
      const next = ends + ((<usize>load<u16>(positions + ((<usize>p) << 1))) << 2);
      const place = <usize>load<u32>(next);
      store<u32>(next, <u32>place + 1);
      store<u32>(slots + (place << 2), <u32>(slot * hiddenRow));
      store<f32>(sorted + (place << 2), load<f32>(values + ((<usize>p) << 2)));
    }
  }
}

/** w0 -= rate x' d and b0 -= rate d, in the columns of these bytes. */
function updateFirst(batch: usize, fromColumn: usize, toColumn: usize, rate: f32, thread: usize): void {
  const ends = batchEnds + thread * startsBytes;
  const slots = batchSlots + thread * pixelsBytes;
  const sorted = batchValues + thread * pixelsBytes;
  const step = f32x4.splat(-rate);
  for (let c = fromColumn; c < toColumn; c += block) {
    let p: usize = 0;
    for (let k: usize = 0; k < 784; k++) {
      const end = <usize>load<u32>(ends + (k << 2));
      if (p === end) continue;
      const w = weight0 + k * hiddenRow + c;
      let a0 = v128.load(w, 0);
      let a1 = v128.load(w, 16);
      let a2 = v128.load(w, 32);
      let a3 = v128.load(w, 48);
      let a4 = v128.load(w, 64);
      let a5 = v128.load(w, 80);
      let a6 = v128.load(w, 96);
      let a7 = v128.load(w, 112);
      for (; p < end; p++) {
        const d = hiddenSlopes + c + <usize>load<u32>(slots + (p << 2));
        const x = f32x4.mul(step, v128.load32_splat(sorted + (p << 2)));
        a0 = f32x4.relaxed_madd(v128.load(d, 0), x, a0);
        a1 = f32x4.relaxed_madd(v128.load(d, 16), x, a1);
        a2 = f32x4.relaxed_madd(v128.load(d, 32), x, a2);
        a3 = f32x4.relaxed_madd(v128.load(d, 48), x, a3);
        a4 = f32x4.relaxed_madd(v128.load(d, 64), x, a4);
        a5 = f32x4.relaxed_madd(v128.load(d, 80), x, a5);
        a6 = f32x4.relaxed_madd(v128.load(d, 96), x, a6);
        a7 = f32x4.relaxed_madd(v128.load(d, 112), x, a7);
      }
      v128.store(w, a0, 0);
      v128.store(w, a1, 16);
      v128.store(w, a2, 32);
      v128.store(w, a3, 48);
      v128.store(w, a4, 64);
      v128.store(w, a5, 80);
      v128.store(w, a6, 96);
      v128.store(w, a7, 112);
    }
    for (let slot: usize = 0; slot < batch; slot++) {
      for (let i: usize = 0; i < block; i += 16) {
        const b = bias0 + c + i;
        v128.store(
          b,
          f32x4.relaxed_madd(step, v128.load(hiddenSlopes + slot * hiddenRow + c + i), v128.load(b)),
        );
      }
    }
  }
}

/** w1 -= rate h' d for these hidden units, two at a time, and b1 -= rate d. */
function updateSecond(batch: usize, fromUnit: usize, toUnit: usize, rate: f32, withBias: bool): void {
  const step = f32x4.splat(-rate);
  for (let j = fromUnit; j < toUnit; j += 2) {
    const w = weight1 + j * outputRow;
    let a0 = v128.load(w, 0);
    let a1 = v128.load(w, 16);
    let a2 = v128.load(w, 32);
    let b0 = v128.load(w, 48);
    let b1 = v128.load(w, 64);
    let b2 = v128.load(w, 80);
    for (let slot: usize = 0; slot < batch; slot++) {
      const h = hidden + slot * hiddenRow + (j << 2);
      const d = outputSlopes + slot * outputRow;
      const x = f32x4.mul(step, v128.load32_splat(h, 0));
      const y = f32x4.mul(step, v128.load32_splat(h, 4));
      const d0 = v128.load(d, 0);
      const d1 = v128.load(d, 16);
      const d2 = v128.load(d, 32);
      a0 = f32x4.relaxed_madd(d0, x, a0);
      a1 = f32x4.relaxed_madd(d1, x, a1);
      a2 = f32x4.relaxed_madd(d2, x, a2);
      b0 = f32x4.relaxed_madd(d0, y, b0);
      b1 = f32x4.relaxed_madd(d1, y, b1);
      b2 = f32x4.relaxed_madd(d2, y, b2);
    }
    v128.store(w, a0, 0);
    v128.store(w, a1, 16);
    v128.store(w, a2, 32);
    v128.store(w, b0, 48);
    v128.store(w, b1, 64);
    v128.store(w, b2, 80);
  }
  if (!withBias) return;
  for (let slot: usize = 0; slot < batch; slot++) {
    for (let i: usize = 0; i < outputRow; i += 16) {
      const b = bias1 + i;
      v128.store(b, f32x4.relaxed_madd(step, v128.load(outputSlopes + slot * outputRow + i), v128.load(b)));
    }
  }
}

/**
 * One thread's share of going through the images once, in their order. Threads divide the images of a batch among them
 * going forward and the hidden units going back, so that no sum depends on how many there are.
 */
export function epoch(thread: i32, threads: i32, images: usize, batch: usize, rate: f32): f32 {
  const share = batch / <usize>threads;
  const fromSlot = <usize>thread * share;
  const columns = hiddenRow / <usize>threads;
  const fromColumn = <usize>thread * columns;
  let loss: f32 = 0;
  for (let first: usize = 0; first + batch <= images; first += batch) {
    for (let slot = fromSlot; slot < fromSlot + share; slot++) {
      hiddenOf(first + slot, slot);
      logitsOf(slot);
      loss += outputSlopesOf(first + slot, slot, <f32>1 / <f32>batch);
      hiddenSlopesOf(slot);
    }
    sortPixels(first, batch, thread);
    meet(threads);
    updateFirst(batch, fromColumn, fromColumn + columns, rate, thread);
    updateSecond(batch, fromColumn >> 2, (fromColumn + columns) >> 2, rate, thread === 0);
    meet(threads);
  }
  return loss;
}

/** The digit that the network sees in an image. */
export function classOf(image: usize): i32 {
  hiddenOf(image, 0);
  logitsOf(0);
  let best: usize = 0;
  for (let i: usize = 1; i < 10; i++) {
    if (load<f32>(outputSlopes + (i << 2)) > load<f32>(outputSlopes + (best << 2))) best = i;
  }
  return <i32>best;
}

/** The digits that it sees in the first so many images, one byte each. */
export function classesOf(images: usize, out: usize): void {
  for (let image: usize = 0; image < images; image++) store<u8>(out + image, classOf(image));
}
