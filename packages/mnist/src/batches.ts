import { PhiloxRandom } from "@gradwerk/tensor/random";
import { MnistError } from "./errors.ts";
import { type DigitSet, type ImageSet, isDigitSet } from "./image-set.ts";

/** Some images of a set, in memory of their own. */
export interface Batch {
  readonly count: number;
  /** [count], where each image stands in the set. */
  readonly indices: Uint32Array;
  /** [count, rows, columns] */
  readonly pixels: Uint8Array;
  /** [count] */
  readonly labels: Uint8Array;
}

/** A batch of a set whose digits were selected. */
export interface DigitBatch extends Batch {
  /** [count], the class of each image by the order of the selected digits. */
  readonly classes: Uint8Array;
}

/** How to go through a set. */
export interface BatchOptions {
  /** Images per batch, from 1 to as many as there are. */
  readonly size: number;
  /** Positions in the set, in the order to visit; may leave out or repeat images. Default: file order. */
  readonly order?: ArrayLike<number> | undefined;
  /** Visit all images in the order of {@link shuffledOrder}. Not together with `order`. */
  readonly shuffle?: { readonly seed: number; readonly epoch: number } | undefined;
  /** Leave out a last batch that is shorter than `size`. Default: false. */
  readonly dropLast?: boolean | undefined;
}

/**
 * The numbers 0 to `count - 1` in random order. The same count, seed and epoch give the same order everywhere;
 * another epoch gives an independent one.
 *
 * @param seed - a whole number from 0 to 2^53 - 1.
 * @param epoch - likewise. Default: 0.
 * @throws `TensorError` `random-seed` for other seeds and epochs.
 *
 * @example
 * ```ts
 * import { shuffledOrder } from "@gradwerk/mnist";
 *
 * for (const i of shuffledOrder(200, 7, 0)) console.log(i); // each of 0 to 199 once
 * ```
 */
export function shuffledOrder(count: number, seed: number, epoch = 0): Uint32Array {
  return new PhiloxRandom(seed, epoch).permutation(count);
}

/**
 * Goes through a set once, batch by batch: in file order, in a given order, or shuffled. A batch that runs over
 * the end is short, unless `dropLast` leaves it out.
 *
 * @throws {@link MnistError} at the call, not at the first batch: `batch-size` for a size that is no whole number
 * from 1 to the number of images, `batch-order` for a position outside the set.
 *
 * @example
 * ```ts
 * import { batches, normalizePixels } from "@gradwerk/mnist";
 * import { loadMnist } from "@gradwerk/mnist/node";
 *
 * const { train } = await loadMnist();
 * for (const { pixels, labels } of batches(train, { size: 32, shuffle: { seed: 7, epoch: 0 } })) {
 *   const x = normalizePixels(pixels, "float32"); // [32, 784]
 * }
 * ```
 */
export function batches(set: DigitSet, options: BatchOptions): Generator<DigitBatch, void, undefined>;
export function batches(set: ImageSet, options: BatchOptions): Generator<Batch, void, undefined>;
export function batches(set: ImageSet, options: BatchOptions): Generator<Batch, void, undefined> {
  const { size, dropLast = false } = options;
  const order = orderOf(set, options);
  if (!Number.isInteger(size) || size < 1 || size > order.length) {
    throw new MnistError("batch-size", {
      problem: "the batch size does not fit",
      expected: `a whole number from 1 to ${order.length}, the number of images`,
      found: String(size),
      remedy: order.length > 0 ? "Choose a size in that range." : "The set is empty; choose other images.",
    });
  }
  return generate(set, order, size, dropLast ? order.length - (order.length % size) : order.length);
}

function* generate(
  set: ImageSet,
  order: Uint32Array,
  size: number,
  end: number,
): Generator<Batch, void, undefined> {
  for (let from = 0; from < end; from += size) {
    const indices = order.slice(from, Math.min(from + size, end));
    const batch: Batch = {
      count: indices.length,
      indices,
      pixels: gather(set.pixels, indices, set.rows * set.columns),
      labels: gather(set.labels, indices, 1),
    };
    if (!isDigitSet(set)) {
      yield batch;
      continue;
    }
    const digitBatch: DigitBatch = { ...batch, classes: gather(set.classes, indices, 1) };
    yield digitBatch;
  }
}

function orderOf(set: ImageSet, { order, shuffle }: BatchOptions): Uint32Array {
  if (order === undefined) {
    return shuffle === undefined
      ? Uint32Array.from({ length: set.count }, (_, i) => i)
      : shuffledOrder(set.count, shuffle.seed, shuffle.epoch);
  }
  if (shuffle !== undefined) {
    throw new MnistError("batch-order", {
      problem: "both an order and a shuffle are given",
      remedy: "Give one of them.",
    });
  }
  return Uint32Array.from(order, (position, place) => {
    if (Number.isInteger(position) && position >= 0 && position < set.count) return position;
    throw new MnistError("batch-order", {
      problem: `entry ${place} of the order names no image`,
      expected: `a whole number from 0 to ${set.count - 1}`,
      found: String(position),
      remedy: "Name positions in the set.",
    });
  });
}

/** [count] rows of `width` bytes, taken from `source` in the order of `indices`. */
function gather(source: Uint8Array, indices: Uint32Array, width: number): Uint8Array {
  const rows = new Uint8Array(indices.length * width);
  for (const [place, i] of indices.entries())
    rows.set(source.subarray(i * width, (i + 1) * width), place * width);
  return rows;
}
