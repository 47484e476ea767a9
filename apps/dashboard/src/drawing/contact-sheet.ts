import { brighten, type GreyImage, scaleImage } from "./scale-image.ts";

/** The part of an `ImageSheet` that the drawing needs. */
export interface Images {
  readonly rows: number;
  readonly columns: number;
  readonly count: number;
  readonly pixels: Uint8Array;
}

/** Which images a contact sheet shows and how large each of them is. */
export interface ContactSheetOptions {
  /** Images side by side. */
  readonly across: number;
  /** The first row of images shown, from 0, and how many. */
  readonly firstRow: number;
  readonly rowCount: number;
  /** Width and height of each image on the sheet, in pixels. */
  readonly size: number;
}

/**
 * Images side by side and one below the other as one image. Each is scaled on its own to whole pixels, so that
 * neighbours do not run into each other. A place without an image stays black.
 */
export function contactSheet(images: Images, options: ContactSheetOptions): GreyImage {
  const { across, firstRow, rowCount, size } = options;
  const width = across * size;
  const pixels = new Float32Array(width * rowCount * size);
  for (let place = 0; place < across * rowCount; place++) {
    const index = firstRow * across + place;
    if (index >= images.count) break;
    const thumb = thumbnail(images, index, size);
    const left = (place % across) * size;
    const top = Math.floor(place / across) * size;
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        pixels[(top + y) * width + left + x] = thumb.pixels[y * size + x] ?? 0;
      }
    }
  }
  return { width, height: rowCount * size, pixels };
}

/**
 * One image of a set at a size of `size * size` pixels. Where it gets smaller than half, its strokes are brought
 * back to full brightness, so that a digit of seven pixels can still be read.
 */
export function thumbnail(images: Images, index: number, size: number): GreyImage {
  const area = images.rows * images.columns;
  const whole: GreyImage = {
    width: images.columns,
    height: images.rows,
    pixels: images.pixels.subarray(index * area, (index + 1) * area),
  };
  const scaled = scaleImage(whole, size, size);
  return 2 * size < images.columns ? brighten(scaled, 1.4) : scaled;
}
