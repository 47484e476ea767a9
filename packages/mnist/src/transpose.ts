import type { Images } from "./idx/images.ts";

/**
 * Images with rows and columns exchanged, in memory of their own: stands up what was stored column by column, as EMNIST is.
 *
 * @returns `[count, columns, rows]`
 *
 * @example
 * ```ts
 * import { transposeImages } from "@gradwerk/mnist";
 *
 * transposeImages({ count: 1, rows: 1, columns: 2, pixels: Uint8Array.of(7, 9) }); // rows: 2, columns: 1
 * ```
 */
export function transposeImages({ count, rows, columns, pixels }: Images): Images {
  const size = rows * columns;
  const transposed = new Uint8Array(pixels.length);
  for (let image = 0; image < count; image++) {
    const start = image * size;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        transposed[start + column * rows + row] = pixels[start + row * columns + column];
      }
    }
  }
  return { count, rows: columns, columns: rows, pixels: transposed };
}
