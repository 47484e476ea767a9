import { MnistError } from "./errors.ts";

/** One grey image. */
export interface GreyImage {
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns], 0 (black) to 255 (white). */
  readonly pixels: Uint8Array;
}

/**
 * An image in another size, anti-aliased: each new pixel is a mean of the old ones under it, weighted by their nearness.
 *
 * @returns a new image; the same one where it has that size.
 * @throws {@link MnistError} `image-size` for sizes that are not whole numbers above 0, and pixels that are not as many as
 * rows and columns say.
 *
 * Source: a triangle (bilinear) filter, as wide as an old pixel when enlarging and as a new one when reducing.
 *
 * @example
 * ```ts
 * import { resizeImage } from "@gradwerk/mnist";
 *
 * resizeImage({ rows: 2, columns: 2, pixels: Uint8Array.of(0, 200, 100, 100) }, 1, 1).pixels; // Uint8Array [100]
 * ```
 */
export function resizeImage(image: GreyImage, rows: number, columns: number): GreyImage {
  checkImage(image);
  checkImage({ rows, columns });
  if (rows === image.rows && columns === image.columns) return image;
  const values = resample(image.pixels, image, { rows, columns });
  return { rows, columns, pixels: Uint8Array.from(values, Math.round) };
}

/** Values of an image in another size, not rounded: [to.rows, to.columns]. */
export function resample(values: ArrayLike<number>, from: ImageSize, to: ImageSize): Float64Array {
  // [from.rows, from.columns] -> [to.columns, from.rows] -> [to.rows, to.columns]: each pass turns the image.
  const narrow = resampleRows(values, from.rows, from.columns, to.columns);
  return resampleRows(narrow, to.columns, from.rows, to.rows);
}

interface ImageSize {
  readonly rows: number;
  readonly columns: number;
}

/** Each row in another length, and as a column: [rows, length] -> [newLength, rows]. */
function resampleRows(
  values: ArrayLike<number>,
  rows: number,
  length: number,
  newLength: number,
): Float64Array {
  const result = new Float64Array(newLength * rows);
  const scale = length / newLength;
  const reach = Math.max(1, scale);
  for (let to = 0; to < newLength; to++) {
    // The middle of the new pixel among the old ones, whose middles are 0.5, 1.5, ...
    const middle = (to + 0.5) * scale;
    const first = Math.max(0, Math.ceil(middle - reach - 0.5));
    const last = Math.min(length - 1, Math.floor(middle + reach - 0.5));
    let total = 0;
    for (let at = first; at <= last; at++) total += 1 - Math.abs(at + 0.5 - middle) / reach;
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let at = first; at <= last; at++) {
        sum += (1 - Math.abs(at + 0.5 - middle) / reach) * values[row * length + at];
      }
      result[to * rows + row] = sum / total;
    }
  }
  return result;
}

/** @throws {@link MnistError} `image-size` */
export function checkImage({ rows, columns, pixels }: Omit<GreyImage, "pixels"> & Partial<GreyImage>): void {
  const isSize = (value: number): boolean => Number.isSafeInteger(value) && value > 0;
  if (isSize(rows) && isSize(columns) && rows * columns === (pixels?.length ?? rows * columns)) return;
  throw new MnistError("image-size", {
    problem: "this is no image",
    expected: "rows and columns above 0, and a pixel for each place",
    found: `${rows} x ${columns}${pixels === undefined ? "" : `, ${pixels.length} pixels`}`,
    remedy: "Give the rows and columns of these pixels.",
  });
}
