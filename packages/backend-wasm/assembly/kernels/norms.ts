import * as op from "../../src/opcodes";
import { place, shareStart, word } from "../memory";
import { lanes, madd, storePart } from "../simd";

/**
 * Layer and batch normalisation. Sums are taken in double precision, one element after the other in each of its lanes.
 *
 * Words after the head of layer norm: 4 units (rows), 5 dtype, 6 length, 7 y, 8 mean, 9 inverse deviation, 10 x, 11 scale,
 * 12 shift, 13 place of epsilon as float64.
 */
export function layerNorm(at: usize, t: usize, threads: usize): void {
  if (word(at, 5) == op.FLOAT32) layers<f32>(at, t, threads);
  else layers<f64>(at, t, threads);
}

// @ts-ignore: decorator
@inline
function layers<T>(at: usize, t: usize, threads: usize): void {
  const size: usize = sizeof<T>();
  const length = place(at, 6);
  const scale = place(at, 11), shift = place(at, 12);
  const epsilon = load<f64>(place(at, 13));
  const end = shareStart(place(at, 4), t + 1, threads);
  for (let r = shareStart(place(at, 4), t, threads); r < end; r++) {
    const x = place(at, 10) + r * length * size;
    const mean = total<T>(x, length) / <f64>length;
    const inverse = 1 / Math.sqrt(squares<T>(x, mean, length) / <f64>length + epsilon);
    store<T>(place(at, 8) + r * size, <T>mean);
    store<T>(place(at, 9) + r * size, <T>inverse);
    const y = place(at, 7) + r * length * size;
    const means = v128.splat<T>(<T>mean), inverses = v128.splat<T>(<T>inverse);
    for (let i: usize = 0; i < length; i += lanes<T>()) {
      const z = v128.mul<T>(v128.sub<T>(v128.load(x + i * size), means), inverses);
      put<T>(y + i * size, madd<T>(z, v128.load(scale + i * size), v128.load(shift + i * size)), length - i);
    }
  }
}

// @ts-ignore: decorator
@inline
function put<T>(to: usize, value: v128, left: usize): void {
  if (left >= lanes<T>()) v128.store(to, value);
  else storePart<T>(to, value, left);
}

function total<T>(x: usize, length: usize): f64 {
  let sum: f64 = 0;
  for (let i: usize = 0; i < length; i++) sum += <f64>load<T>(x + i * sizeof<T>());
  return sum;
}

function squares<T>(x: usize, mean: f64, length: usize): f64 {
  let sum: f64 = 0;
  for (let i: usize = 0; i < length; i++) {
    const d = <f64>load<T>(x + i * sizeof<T>()) - mean;
    sum += d * d;
  }
  return sum;
}

/**
 * The gradient by x, row by row. Words: 4 units, 5 dtype, 6 length, 7 gradient of x, 8 that of y, 9 x, 10 scale, 11 mean,
 * 12 inverse deviation.
 */
export function layerNormBackward(at: usize, t: usize, threads: usize): void {
  if (word(at, 5) == op.FLOAT32) layersBack<f32>(at, t, threads);
  else layersBack<f64>(at, t, threads);
}

// @ts-ignore: decorator
@inline
function layersBack<T>(at: usize, t: usize, threads: usize): void {
  const size: usize = sizeof<T>();
  const length = place(at, 6);
  const scale = place(at, 10);
  const end = shareStart(place(at, 4), t + 1, threads);
  for (let r = shareStart(place(at, 4), t, threads); r < end; r++) {
    const to = place(at, 7) + r * length * size, g = place(at, 8) + r * length * size, x = place(at, 9) + r * length * size;
    const mean = <f64>load<T>(place(at, 11) + r * size), inverse = <f64>load<T>(place(at, 12) + r * size);
    let plain: f64 = 0, along: f64 = 0;
    for (let i: usize = 0; i < length; i++) {
      const h = <f64>load<T>(g + i * size) * <f64>load<T>(scale + i * size);
      plain += h;
      along += h * (<f64>load<T>(x + i * size) - mean) * inverse;
    }
    plain /= <f64>length;
    along /= <f64>length;
    for (let i: usize = 0; i < length; i++) {
      const h = <f64>load<T>(g + i * size) * <f64>load<T>(scale + i * size);
      const z = (<f64>load<T>(x + i * size) - mean) * inverse;
      store<T>(to + i * size, <T>((h - plain - z * along) * inverse));
    }
  }
}

/**
 * The gradients by scale and shift, column by column. Words: 4 units (length), 5 dtype, 6 rows, 7 gradient of scale, 8 of
 * shift, 9 that of y, 10 x, 11 mean, 12 inverse deviation.
 */
export function layerNormParameters(at: usize, t: usize, threads: usize): void {
  if (word(at, 5) == op.FLOAT32) columns<f32>(at, t, threads);
  else columns<f64>(at, t, threads);
}

// @ts-ignore: decorator
@inline
function columns<T>(at: usize, t: usize, threads: usize): void {
  const size: usize = sizeof<T>();
  const length = place(at, 4), rows = place(at, 6);
  const end = shareStart(length, t + 1, threads);
  for (let i = shareStart(length, t, threads); i < end; i++) {
    let scale: f64 = 0, shift: f64 = 0;
    for (let r: usize = 0; r < rows; r++) {
      const g = <f64>load<T>(place(at, 9) + (r * length + i) * size);
      const mean = <f64>load<T>(place(at, 11) + r * size), inverse = <f64>load<T>(place(at, 12) + r * size);
      scale += g * (<f64>load<T>(place(at, 10) + (r * length + i) * size) - mean) * inverse;
      shift += g;
    }
    store<T>(place(at, 7) + i * size, <T>scale);
    store<T>(place(at, 8) + i * size, <T>shift);
  }
}

/**
 * Words after the head of batch norm: 4 units (channels), 5 dtype, 6 batch, 7 elements of a channel of a sample, 8 y,
 * 9 mean, 10 variance, 11 x, 12 scale, 13 shift, 14 place of epsilon as float64.
 */
export function batchNorm(at: usize, t: usize, threads: usize): void {
  if (word(at, 5) == op.FLOAT32) channels<f32>(at, t, threads);
  else channels<f64>(at, t, threads);
}

// @ts-ignore: decorator
@inline
function channels<T>(at: usize, t: usize, threads: usize): void {
  const size: usize = sizeof<T>();
  const all = place(at, 4), batch = place(at, 6), length = place(at, 7);
  const epsilon = load<f64>(place(at, 14));
  const count = <f64>(batch * length);
  const step = all * length * size;
  const end = shareStart(all, t + 1, threads);
  for (let c = shareStart(all, t, threads); c < end; c++) {
    const x = place(at, 11) + c * length * size, y = place(at, 8) + c * length * size;
    let mean: f64 = 0, variance: f64 = 0;
    for (let b: usize = 0; b < batch; b++) mean += total<T>(x + b * step, length);
    mean /= count;
    for (let b: usize = 0; b < batch; b++) variance += squares<T>(x + b * step, mean, length);
    variance /= count;
    store<T>(place(at, 9) + c * size, <T>mean);
    store<T>(place(at, 10) + c * size, <T>variance);
    const means = v128.splat<T>(<T>mean);
    const factor = v128.splat<T>(<T>(<f64>load<T>(place(at, 12) + c * size) / Math.sqrt(variance + epsilon)));
    const shift = v128.load_splat<T>(place(at, 13) + c * size);
    for (let b: usize = 0; b < batch; b++) {
      for (let i: usize = 0; i < length; i += lanes<T>()) {
        const z = v128.sub<T>(v128.load(x + b * step + i * size), means);
        put<T>(y + b * step + i * size, madd<T>(z, factor, shift), length - i);
      }
    }
  }
}

/**
 * Words: 4 units (channels), 5 dtype, 6 batch, 7 elements of a channel, 8 gradient of x, 9 of scale, 10 of shift, 11 that
 * of y, 12 x, 13 scale, 14 mean, 15 variance, 16 place of epsilon as float64.
 */
export function batchNormBackward(at: usize, t: usize, threads: usize): void {
  if (word(at, 5) == op.FLOAT32) channelsBack<f32>(at, t, threads);
  else channelsBack<f64>(at, t, threads);
}

// @ts-ignore: decorator
@inline
function channelsBack<T>(at: usize, t: usize, threads: usize): void {
  const size: usize = sizeof<T>();
  const all = place(at, 4), batch = place(at, 6), length = place(at, 7);
  const epsilon = load<f64>(place(at, 16));
  const count = <f64>(batch * length);
  const step = all * length * size;
  const end = shareStart(all, t + 1, threads);
  for (let c = shareStart(all, t, threads); c < end; c++) {
    const offset = c * length * size;
    const to = place(at, 8) + offset, g = place(at, 11) + offset, x = place(at, 12) + offset;
    const mean = <f64>load<T>(place(at, 14) + c * size);
    const inverse = 1 / Math.sqrt(<f64>load<T>(place(at, 15) + c * size) + epsilon);
    let plain: f64 = 0, along: f64 = 0;
    for (let b: usize = 0; b < batch; b++) {
      for (let i: usize = 0; i < length; i++) {
        const h = <f64>load<T>(g + b * step + i * size);
        plain += h;
        along += h * (<f64>load<T>(x + b * step + i * size) - mean) * inverse;
      }
    }
    store<T>(place(at, 9) + c * size, <T>along);
    store<T>(place(at, 10) + c * size, <T>plain);
    const scale = <f64>load<T>(place(at, 13) + c * size) * inverse;
    plain /= count;
    along /= count;
    for (let b: usize = 0; b < batch; b++) {
      for (let i: usize = 0; i < length; i++) {
        const z = (<f64>load<T>(x + b * step + i * size) - mean) * inverse;
        store<T>(to + b * step + i * size, <T>((<f64>load<T>(g + b * step + i * size) - plain - z * along) * scale));
      }
    }
  }
}
