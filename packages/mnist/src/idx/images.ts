import { MnistError } from "../errors.ts";
import type { IdxArray } from "./assemble.ts";
import type { IdxType } from "./header.ts";
import { type IdxOptions, parseIdx } from "./parse.ts";

/** Grey images, one after the other. */
export interface Images {
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  /** [count, rows, columns], 0 (background) to 255 (ink). */
  readonly pixels: Uint8Array;
}

/** How to read a label file. */
export interface LabelOptions extends IdxOptions {
  /** How many classes there are; labels run from 0 to one less. Default: 10. */
  readonly classes?: number | undefined;
}

/**
 * Parses an image file: IDX of uint8 with three axes, plain or gzip.
 *
 * @throws {@link MnistError} as `parseIdx`; `idx-swapped` for a label file, `idx-kind` for other IDX files.
 *
 * @example
 * ```ts
 * import { parseImages } from "@gradwerk/mnist";
 *
 * const file = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 0, 255, 255, 0);
 * const { count, rows, columns, pixels } = parseImages(file); // one image of 2 x 2
 * ```
 */
export function parseImages(bytes: Uint8Array, options: IdxOptions = {}): Images {
  return imagesOf(parseIdx(bytes, options), options.name);
}

/**
 * Parses a label file: IDX of uint8 with one axis, plain or gzip.
 *
 * @returns one class per image.
 * @throws {@link MnistError} as `parseIdx`; `idx-swapped` for an image file, `idx-kind` for other IDX files,
 * `label-range` for a label outside the classes.
 *
 * @example
 * ```ts
 * import { parseLabels } from "@gradwerk/mnist";
 *
 * parseLabels(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4)); // Uint8Array [5, 0, 4]
 * ```
 */
export function parseLabels(bytes: Uint8Array, options: LabelOptions = {}): Uint8Array {
  return labelsOf(parseIdx(bytes, options), options.name, options.classes);
}

/** {@link parseImages} for a file that is read already. */
export function imagesOf(idx: IdxArray, file = "IDX data"): Images {
  const [count = 0, rows = 0, columns = 0] = idx.shape;
  if (idx.type === "uint8" && idx.shape.length === 3) return { count, rows, columns, pixels: idx.data };
  throw wrongKind(idx, file, "images", "00 00 08 03", isKind(idx, "uint8", 1) ? "labels" : undefined);
}

/** {@link parseLabels} for a file that is read already. */
export function labelsOf(idx: IdxArray, file = "IDX data", classes = 10): Uint8Array {
  if (idx.type !== "uint8" || idx.shape.length !== 1) {
    throw wrongKind(idx, file, "labels", "00 00 08 01", isKind(idx, "uint8", 3) ? "images" : undefined);
  }
  const position = idx.data.findIndex((label) => label >= classes);
  if (position >= 0) {
    throw new MnistError("label-range", {
      problem: `the label of image ${position} is out of range`,
      file,
      offset: 8 + position,
      expected: `0 to ${classes - 1}`,
      found: String(idx.data[position]),
      remedy: "The file is damaged, or its set has more classes: pass their number.",
    });
  }
  return idx.data;
}

function isKind(idx: IdxArray, type: IdxType, rank: number): boolean {
  return idx.type === type && idx.shape.length === rank;
}

function wrongKind(
  { type, shape }: IdxArray,
  file: string,
  wanted: "images" | "labels",
  magic: string,
  swappedWith: "images" | "labels" | undefined,
): MnistError {
  const found = `${type} of shape [${shape.join(", ")}]`;
  return new MnistError(swappedWith === undefined ? "idx-kind" : "idx-swapped", {
    problem: swappedWith === undefined ? `no file of ${wanted}` : `${swappedWith} where ${wanted} belong`,
    file,
    offset: 0,
    expected: `${wanted} (${magic})`,
    found: swappedWith === undefined ? found : `${swappedWith} (${found})`,
    remedy:
      swappedWith === undefined
        ? `Give a file of ${wanted}.`
        : "Image file and label file are swapped: exchange them, or their names.",
  });
}
