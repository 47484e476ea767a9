import { MnistError } from "./errors.ts";
import { checkImage, type GreyImage, resample } from "./resize.ts";

/** Rows and columns of an MNIST image, and of the box that its digit fills. */
const side = 28;
const boxSide = 20;
/** The row and column, from 0, in which the centre of mass lies: where it does in MNIST's own images. */
const centre = 14;

/** The least difference between ink and background, out of 255. */
const leastContrast = 16;
/** Ink fainter than this share of the strongest is dirt or the background's grain. */
const faintest = 0.05;

/**
 * Makes of any picture of a digit what MNIST's images are: bright ink on black; the ink's bounding box scaled to fit 20 x 20
 * with its proportions kept; its centre of mass in the middle of 28 x 28. The background is what most of the border is, and
 * may be bright or dark. Where the digit stands in the picture makes no difference, nor how large it is drawn.
 *
 * @returns 28 x 28 pixels, of which the strongest is 255.
 * @throws {@link MnistError} `image-blank` for a picture with nothing on it, `image-size` for pixels that are no image.
 *
 * Source: the description of the images on the page of Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten
 * digits", http://yann.lecun.com/exdb/mnist/.
 *
 * @example
 * ```ts
 * import { toMnistStyle } from "@gradwerk/mnist";
 *
 * const pixels = new Uint8Array(60 * 40).fill(255); // paper
 * for (let row = 10; row < 50; row++) pixels.fill(0, row * 40 + 18, row * 40 + 22); // a stroke
 * const one = toMnistStyle({ rows: 60, columns: 40, pixels }); // 28 x 28, the stroke 20 high and 2 wide
 * ```
 */
export function toMnistStyle(image: GreyImage): GreyImage {
  checkImage(image);
  const ink = inkOf(image);
  const box = boundsOf(ink, image);
  const scale = boxSide / Math.max(box.rows, box.columns);
  const size = {
    rows: Math.max(1, Math.round(box.rows * scale)),
    columns: Math.max(1, Math.round(box.columns * scale)),
  };
  return placed(resample(cropped(ink, image, box), box, size), size);
}

/** How much darker or brighter than the background each pixel is, whichever way the picture is drawn; faint ones 0. */
function inkOf(image: GreyImage): Float64Array {
  const background = backgroundOf(image);
  let darkest = 255;
  let brightest = 0;
  for (const value of image.pixels) {
    darkest = Math.min(darkest, value);
    brightest = Math.max(brightest, value);
  }
  const isDark = background - darkest > brightest - background;
  const contrast = isDark ? background - darkest : brightest - background;
  if (contrast < leastContrast) {
    throw new MnistError("image-blank", {
      problem: "there is nothing on the image",
      expected: `ink that differs from the background by ${leastContrast} of 255 or more`,
      found: `a difference of ${contrast}`,
      remedy: "Draw a digit, or give a picture with more contrast.",
    });
  }
  return Float64Array.from(image.pixels, (value) => {
    const ink = isDark ? background - value : value - background;
    return ink > faintest * contrast ? ink : 0;
  });
}

/** The median of the pixels at the border. */
function backgroundOf({ rows, columns, pixels }: GreyImage): number {
  const border: number[] = [];
  for (let row = 0; row < rows; row++) {
    const step = row === 0 || row === rows - 1 ? 1 : Math.max(1, columns - 1);
    for (let column = 0; column < columns; column += step) border.push(pixels[row * columns + column]);
  }
  return border.sort((a, b) => a - b)[border.length >> 1];
}

interface Box {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly columns: number;
}

/** The smallest box that holds all ink; there is some. */
function boundsOf(ink: Float64Array, { columns }: GreyImage): Box {
  let [top, left, bottom, right] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0];
  for (const [i, value] of ink.entries()) {
    if (value === 0) continue;
    const [row, column] = [Math.floor(i / columns), i % columns];
    top = Math.min(top, row);
    bottom = Math.max(bottom, row);
    left = Math.min(left, column);
    right = Math.max(right, column);
  }
  return { top, left, rows: bottom - top + 1, columns: right - left + 1 };
}

function cropped(ink: Float64Array, { columns }: GreyImage, box: Box): Float64Array {
  const crop = new Float64Array(box.rows * box.columns);
  for (let row = 0; row < box.rows; row++) {
    const start = (box.top + row) * columns + box.left;
    crop.set(ink.subarray(start, start + box.columns), row * box.columns);
  }
  return crop;
}

/** Ink on a black image, its centre of mass as near to the middle as whole pixels and the image's borders allow. */
function placed(ink: Float64Array, { rows, columns }: Pick<Box, "rows" | "columns">): GreyImage {
  let [mass, down, across, strongest] = [0, 0, 0, 0];
  for (const [i, value] of ink.entries()) {
    mass += value;
    down += value * Math.floor(i / columns);
    across += value * (i % columns);
    strongest = Math.max(strongest, value);
  }
  const top = Math.min(Math.max(Math.round(centre - down / mass), 0), side - rows);
  const left = Math.min(Math.max(Math.round(centre - across / mass), 0), side - columns);
  const pixels = new Uint8Array(side * side);
  for (const [i, value] of ink.entries()) {
    const place = (top + Math.floor(i / columns)) * side + left + (i % columns);
    pixels[place] = Math.round((255 * value) / strongest);
  }
  return { rows: side, columns: side, pixels };
}
