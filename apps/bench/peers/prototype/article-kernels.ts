/**
 * AssemblyScript, compiled by compile.mjs: the article's network, 784-10-2 with sigmoids in float64, on images as lists
 * of their nonzero pixels. Ten hidden units are five registers of two.
 */
// The images: where each one's pixels start, their positions (u16), their values (f64), the classes (u8).
let starts: usize = 0;
let positions: usize = 0;
let values: usize = 0;
let classes: usize = 0;
/** `[784, 10]`, `[10]`, `[10, 2]`, `[2]`, and the ten activations of the image at hand. */
let weight0: usize = 0;
let bias0: usize = 0;
let weight1: usize = 0;
let bias1: usize = 0;
let hidden: usize = 0;
const hiddenRow: usize = 80;

export function useMemory(
  startsAt: usize,
  positionsAt: usize,
  valuesAt: usize,
  classesAt: usize,
  weight0At: usize,
  bias0At: usize,
  weight1At: usize,
  bias1At: usize,
  hiddenAt: usize,
): void {
  starts = startsAt;
  positions = positionsAt;
  values = valuesAt;
  classes = classesAt;
  weight0 = weight0At;
  bias0 = bias0At;
  weight1 = weight1At;
  bias1 = bias1At;
  hidden = hiddenAt;
}

/** 1 / (1 + exp(-x)) of two numbers: the exponent by a power of two and a polynomial (Cody and Waite). */
function sigmoid(x: v128): v128 {
  const y = f64x2.max(f64x2.min(f64x2.neg(x), f64x2.splat(708)), f64x2.splat(-708));
  const n = f64x2.nearest(f64x2.mul(y, f64x2.splat(Math.LOG2E)));
  let r = f64x2.relaxed_nmadd(n, f64x2.splat(6.9314718036912382e-1), y);
  r = f64x2.relaxed_nmadd(n, f64x2.splat(1.9082149292705877e-10), r);
  let p = f64x2.splat(2.08767569878681e-9);
  p = f64x2.relaxed_madd(p, r, f64x2.splat(2.505210838544172e-8));
  p = f64x2.relaxed_madd(p, r, f64x2.splat(2.755731922398589e-7));
  p = f64x2.relaxed_madd(p, r, f64x2.splat(2.755731922398589e-6));
  p = f64x2.relaxed_madd(p, r, f64x2.splat(2.48015873015873e-5));
  p = f64x2.relaxed_madd(p, r, f64x2.splat(1.984126984126984e-4));
  p = f64x2.relaxed_madd(p, r, f64x2.splat(1.388888888888889e-3));
  p = f64x2.relaxed_madd(p, r, f64x2.splat(8.333333333333333e-3));
  p = f64x2.relaxed_madd(p, r, f64x2.splat(4.1666666666666664e-2));
  p = f64x2.relaxed_madd(p, r, f64x2.splat(1.6666666666666666e-1));
  p = f64x2.relaxed_madd(p, r, f64x2.splat(0.5));
  p = f64x2.relaxed_madd(p, r, f64x2.splat(1));
  p = f64x2.relaxed_madd(p, r, f64x2.splat(1));
  const exponent = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(n));
  const power = i64x2.shl(i64x2.add(exponent, i64x2.splat(1023)), 52);
  const one = f64x2.splat(1);
  return f64x2.div(one, f64x2.relaxed_madd(p, power, one));
}

/** Both outputs for an image; `hidden` is left behind. */
function outputsOf(image: usize): v128 {
  let a0 = v128.load(bias0, 0);
  let a1 = v128.load(bias0, 16);
  let a2 = v128.load(bias0, 32);
  let a3 = v128.load(bias0, 48);
  let a4 = v128.load(bias0, 64);
  const end = load<u32>(starts + (image << 2), 4);
  for (let p = load<u32>(starts + (image << 2)); p < end; p++) {
    const w = weight0 + <usize>load<u16>(positions + ((<usize>p) << 1)) * hiddenRow;
    const x = v128.load64_splat(values + ((<usize>p) << 3));
    a0 = f64x2.relaxed_madd(v128.load(w, 0), x, a0);
    a1 = f64x2.relaxed_madd(v128.load(w, 16), x, a1);
    a2 = f64x2.relaxed_madd(v128.load(w, 32), x, a2);
    a3 = f64x2.relaxed_madd(v128.load(w, 48), x, a3);
    a4 = f64x2.relaxed_madd(v128.load(w, 64), x, a4);
  }
  v128.store(hidden, sigmoid(a0), 0);
  v128.store(hidden, sigmoid(a1), 16);
  v128.store(hidden, sigmoid(a2), 32);
  v128.store(hidden, sigmoid(a3), 48);
  v128.store(hidden, sigmoid(a4), 64);
  let y = v128.load(bias1);
  for (let j: usize = 0; j < 10; j++) {
    y = f64x2.relaxed_madd(v128.load(weight1 + (j << 4)), v128.load64_splat(hidden + (j << 3)), y);
  }
  return sigmoid(y);
}

/** Learns from one image, after which `hidden` holds its slopes times -rate. */
function learn(image: usize, rate: f64): void {
  const y = outputsOf(image);
  const one = f64x2.splat(1);
  const target = load<u8>(classes + image) ? f64x2(0, 1) : f64x2(1, 0);
  const slopes = f64x2.mul(f64x2.sub(y, target), f64x2.mul(y, f64x2.sub(one, y)));
  const change = f64x2.mul(slopes, f64x2.splat(-rate));
  for (let j: usize = 0; j < 10; j++) {
    const w = v128.load(weight1 + (j << 4));
    const terms = f64x2.mul(w, slopes);
    const h = load<f64>(hidden + (j << 3));
    const slope = (f64x2.extract_lane(terms, 0) + f64x2.extract_lane(terms, 1)) * h * (1 - h);
    v128.store(weight1 + (j << 4), f64x2.relaxed_madd(change, f64x2.splat(h), w));
    store<f64>(hidden + (j << 3), -rate * slope);
  }
  v128.store(bias1, f64x2.add(change, v128.load(bias1)));
  const d0 = v128.load(hidden, 0);
  const d1 = v128.load(hidden, 16);
  const d2 = v128.load(hidden, 32);
  const d3 = v128.load(hidden, 48);
  const d4 = v128.load(hidden, 64);
  const end = load<u32>(starts + (image << 2), 4);
  for (let p = load<u32>(starts + (image << 2)); p < end; p++) {
    const w = weight0 + <usize>load<u16>(positions + ((<usize>p) << 1)) * hiddenRow;
    const x = v128.load64_splat(values + ((<usize>p) << 3));
    v128.store(w, f64x2.relaxed_madd(d0, x, v128.load(w, 0)), 0);
    v128.store(w, f64x2.relaxed_madd(d1, x, v128.load(w, 16)), 16);
    v128.store(w, f64x2.relaxed_madd(d2, x, v128.load(w, 32)), 32);
    v128.store(w, f64x2.relaxed_madd(d3, x, v128.load(w, 48)), 48);
    v128.store(w, f64x2.relaxed_madd(d4, x, v128.load(w, 64)), 64);
  }
  v128.store(bias0, f64x2.add(d0, v128.load(bias0, 0)), 0);
  v128.store(bias0, f64x2.add(d1, v128.load(bias0, 16)), 16);
  v128.store(bias0, f64x2.add(d2, v128.load(bias0, 32)), 32);
  v128.store(bias0, f64x2.add(d3, v128.load(bias0, 48)), 48);
  v128.store(bias0, f64x2.add(d4, v128.load(bias0, 64)), 64);
}

/** Learns from some images, one after the other. */
export function train(from: usize, to: usize, rate: f64): void {
  for (let image = from; image < to; image++) learn(image, rate);
}

/** How many of some images it classifies rightly. */
export function hitsIn(from: usize, to: usize): i32 {
  let hits = 0;
  for (let image = from; image < to; image++) {
    const y = outputsOf(image);
    const found = f64x2.extract_lane(y, 1) > f64x2.extract_lane(y, 0) ? 1 : 0;
    if (found === load<u8>(classes + image)) hits++;
  }
  return hits;
}
