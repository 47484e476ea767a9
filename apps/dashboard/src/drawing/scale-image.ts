/** A picture in grey: `width * height` values from 0 (black) to 255 (white), row by row. */
export interface GreyImage {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array | Float32Array;
}

/**
 * The image in another size. Each new pixel is the mean of the area it covers, so that shrinking keeps the mean
 * and thin strokes fade instead of vanishing; a whole multiple of the size repeats each pixel.
 *
 * @example
 * scaleImage({ width: 2, height: 2, pixels: Uint8Array.of(0, 100, 100, 200) }, 1, 1).pixels; // [100]
 */
export function scaleImage(image: GreyImage, width: number, height: number): GreyImage {
  if (width === image.width && height === image.height) return image;
  const across = coverage(image.width, width);
  const down = coverage(image.height, height);
  const pixels = new Float32Array(width * height);
  down.forEach((rows, y) => {
    across.forEach((columns, x) => {
      let sum = 0;
      let area = 0;
      for (const row of rows) {
        for (const column of columns) {
          const share = row.share * column.share;
          sum += share * (image.pixels[row.index * image.width + column.index] ?? 0);
          area += share;
        }
      }
      pixels[y * width + x] = area === 0 ? 0 : sum / area;
    });
  });
  return { width, height, pixels };
}

interface Covered {
  readonly index: number;
  /** How much of the old pixel lies in the new one, 0 to 1. */
  readonly share: number;
}

/** For each of `to` new pixels in a row, which of the `from` old ones it covers. */
function coverage(from: number, to: number): Covered[][] {
  const size = from / to;
  return Array.from({ length: to }, (_, position) => {
    const start = position * size;
    const end = start + size;
    const covered: Covered[] = [];
    for (let index = Math.floor(start); index < Math.min(from, Math.ceil(end - 1e-9)); index++) {
      covered.push({ index, share: Math.min(end, index + 1) - Math.max(start, index) });
    }
    return covered;
  });
}

/**
 * The image with its lightest pixel white and its middle tones lifted. Averaging mixes screen values where an eye
 * mixes light, so strokes get too dark when an image shrinks; this gives them back (`gamma` above 1 lifts; black
 * stays black).
 */
export function brighten(image: GreyImage, gamma: number): GreyImage {
  let lightest = 0;
  for (const value of image.pixels) lightest = Math.max(lightest, value);
  if (lightest === 0) return image;
  const pixels = Float32Array.from(image.pixels, (value) => 255 * (value / lightest) ** (1 / gamma));
  return { ...image, pixels };
}
