import { MnistError } from "./errors.ts";
import type { Images } from "./idx/images.ts";
import { numberedClasses } from "./set-descriptor.ts";

/** Grey images, each with its label. */
export interface ImageSet extends Images {
  /** [count], what each image shows, as a place in `classNames`; in MNIST the digit itself. */
  readonly labels: Uint8Array;
  /** What each label is called, from label 0 on: `"0"` to `"9"` in MNIST. */
  readonly classNames: readonly string[];
}

/** The images of some digits, or of some labels of another set, made by `selectDigits`. */
export interface DigitSet extends ImageSet {
  /** The digit (the label) of each class, in class order. */
  readonly digits: readonly number[];
  /** [count], the class of each image: the place of its label in `digits`. */
  readonly classes: Uint8Array;
  /** [count], the position of each image in the set it was selected from. */
  readonly indices: Uint32Array;
}

/** What to call the parts of a pair in messages, and its classes. */
export interface PairNames {
  readonly images?: string | undefined;
  readonly labels?: string | undefined;
  /** What each label is called, from label 0 on. Default: the labels' numbers, at least `"0"` to `"9"`. */
  readonly classNames?: readonly string[] | undefined;
}

/**
 * Puts images and their labels together. Nothing is copied.
 *
 * @throws {@link MnistError} `count-mismatch` unless they are equally many; `label-range` for a label without a name.
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
  const largest = labels.reduce((most, label) => Math.max(most, label), 0);
  const { classNames = numberedClasses(Math.max(10, largest + 1)) } = names;
  if (count > 0 && largest >= classNames.length) {
    throw new MnistError("label-range", {
      problem: `the label of image ${labels.indexOf(largest)} is out of range`,
      file: names.labels,
      expected: `0 to ${classNames.length - 1}, as there are ${classNames.length} class names`,
      found: String(largest),
      remedy: "Name every class, or check that these are the labels of this set.",
    });
  }
  return { count, rows, columns, pixels, labels, classNames };
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
    classNames: set.classNames,
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
 * @param classes - how many labels there are. Default: as many as the set has class names, 10 where it has none.
 * @returns counts by label: entry 3 is the number of threes.
 *
 * @example
 * ```ts
 * import { classCounts } from "@gradwerk/mnist";
 *
 * classCounts({ labels: Uint8Array.of(1, 0, 1) }, 3); // [1, 2, 0]
 * ```
 */
export function classCounts(
  set: Pick<ImageSet, "labels"> & Partial<Pick<ImageSet, "classNames">>,
  classes: number = set.classNames?.length ?? 10,
): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of set.labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

/** Whether a set has classes of its own, chosen with `selectDigits`. */
export function isDigitSet(set: ImageSet): set is DigitSet {
  return "classes" in set && "indices" in set;
}
