import { MnistError } from "./errors.ts";
import type { Images } from "./idx/images.ts";

/** Grey images, each with its label. */
export interface ImageSet extends Images {
  /** [count], the digit that each image shows. */
  readonly labels: Uint8Array;
}

/** The images of some digits, made by `selectDigits`. */
export interface DigitSet extends ImageSet {
  /** The digit of each class, in class order. */
  readonly digits: readonly number[];
  /** [count], the class of each image: the place of its label in `digits`. */
  readonly classes: Uint8Array;
  /** [count], the position of each image in the set it was selected from. */
  readonly indices: Uint32Array;
}

/** What to call the parts of a pair in messages. */
export interface PairNames {
  readonly images?: string | undefined;
  readonly labels?: string | undefined;
}

/**
 * Puts images and their labels together. Nothing is copied.
 *
 * @throws {@link MnistError} `count-mismatch` unless they are equally many.
 *
 * @example
 * ```ts
 * import { pairImagesAndLabels } from "@gradwerk/mnist";
 *
 * const images = { count: 2, rows: 1, columns: 1, pixels: Uint8Array.of(0, 255) };
 * pairImagesAndLabels(images, Uint8Array.of(7, 1)).count; // 2
 * ```
 */
export function pairImagesAndLabels(images: Images, labels: Uint8Array, names: PairNames = {}): ImageSet {
  if (images.count !== labels.length) {
    throw new MnistError("count-mismatch", {
      problem: "images and labels are not equally many",
      file: names.labels,
      expected: `${images.count} labels for the images${names.images === undefined ? "" : ` of ${names.images}`}`,
      found: `${labels.length} labels`,
      remedy: "Give the two files of one set: train-images with train-labels, t10k-images with t10k-labels.",
    });
  }
  const { count, rows, columns, pixels } = images;
  return { count, rows, columns, pixels, labels };
}

/**
 * The images from position `from` up to, not including, `to`. Shares memory with the set it is cut from.
 *
 * @throws {@link MnistError} `slice` unless 0 <= from < to <= count, all integers.
 *
 * @example
 * ```ts
 * import { pairImagesAndLabels, sliceSet } from "@gradwerk/mnist";
 *
 * const images = { count: 3, rows: 1, columns: 1, pixels: Uint8Array.of(10, 20, 30) };
 * sliceSet(pairImagesAndLabels(images, Uint8Array.of(1, 7, 1)), 1, 3).labels; // Uint8Array [7, 1]
 * ```
 */
export function sliceSet(set: DigitSet, from: number, to: number): DigitSet;
export function sliceSet(set: ImageSet, from: number, to: number): ImageSet;
export function sliceSet(set: ImageSet, from: number, to: number): ImageSet {
  const { count, rows, columns } = set;
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to <= from || to > count) {
    throw new MnistError("slice", {
      problem: `slice ${from}:${to} does not fit`,
      expected: `0 <= from < to <= ${count}, as there are ${count} images`,
      found: to > from ? `${from} to ${to}, which asks for ${to - from} images` : `${from} to ${to}`,
      remedy: count > 0 ? `Ask for images within 0:${count}; the end is excluded.` : "The set is empty.",
    });
  }
  const slice: ImageSet = {
    count: to - from,
    rows,
    columns,
    pixels: set.pixels.subarray(from * rows * columns, to * rows * columns),
    labels: set.labels.subarray(from, to),
  };
  if (!isDigitSet(set)) return slice;
  const digitSlice: DigitSet = {
    ...slice,
    digits: set.digits,
    classes: set.classes.subarray(from, to),
    indices: set.indices.subarray(from, to),
  };
  return digitSlice;
}

/**
 * How many images each label has.
 *
 * @param classes - how many labels there are.
 * @returns counts by label: entry 3 is the number of threes.
 *
 * @example
 * ```ts
 * import { classCounts } from "@gradwerk/mnist";
 *
 * classCounts({ labels: Uint8Array.of(1, 0, 1) }, 3); // [1, 2, 0]
 * ```
 */
export function classCounts(set: Pick<ImageSet, "labels">, classes = 10): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of set.labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

/** Whether a set has classes of its own, chosen with `selectDigits`. */
export function isDigitSet(set: ImageSet): set is DigitSet {
  return "classes" in set && "indices" in set;
}
