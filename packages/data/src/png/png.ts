import type { GreyImage } from "@gradwerk/mnist";
import { decode } from "fast-png";
import { DataError } from "../errors.ts";
import { chunksOf, type PngChunks, type PngHeader, refusals, signature } from "./chunks.ts";
import { inflatedLength, rawLength } from "./inflated-length.ts";

/** How to read a PNG. */
export interface PngOptions {
  /** The file's name or path, for messages. */
  readonly name?: string | undefined;
  /** The most pixels; a header that says more is refused before any memory is taken. Default: 2^24, such as 4096 x 4096. */
  readonly maxPixels?: number | undefined;
  /** The grey behind what is transparent, 0 to 255. Default: 255, white paper. */
  readonly background?: number | undefined;
}

const DEFAULT_MAX_PIXELS = 2 ** 24;

/**
 * Reads a PNG image as grey. Colours become their luma by Rec. 601, 0.299 R + 0.587 G + 0.114 B; 16 bits become 8; what is
 * transparent lies on white paper. All colour types and depths are read, but of interlaced images only those of 8 and 16
 * bits. Profiles and gamma are passed over.
 *
 * @throws {@link DataError} `image-format` for other files, `png-corrupt`, `png-unsupported`, `too-large`, `option`.
 *
 * Sources: W3C, Portable Network Graphics, third edition; ITU-R Rec. BT.601.
 *
 * @example
 * ```ts
 * import { parseGreyPng } from "@gradwerk/data";
 *
 * const response = await fetch("https://example.org/seven.png");
 * const { rows, columns, pixels } = parseGreyPng(new Uint8Array(await response.arrayBuffer()));
 * ```
 */
export function parseGreyPng(bytes: Uint8Array, options: PngOptions = {}): GreyImage {
  const { name, maxPixels = DEFAULT_MAX_PIXELS, background = 255 } = options;
  if (!(background >= 0 && background <= 255)) {
    throw new DataError("option", {
      problem: "there is no such background",
      expected: "a grey from 0 to 255",
      found: String(background),
      remedy: "Give 255 for white paper.",
    });
  }
  const png = chunksOf(bytes, name);
  checkSize(png.header, maxPixels, name);
  checkData(png, name);
  return {
    rows: png.header.rows,
    columns: png.header.columns,
    pixels: greyOf(png, decoded(png, name), background, name),
  };
}

function checkSize({ rows, columns }: PngHeader, maxPixels: number, file: string | undefined): void {
  if (rows * columns <= maxPixels) return;
  throw new DataError("too-large", {
    problem: "the image is larger than the limit",
    file,
    expected: `at most ${maxPixels} pixels`,
    found: `${columns} x ${rows}`,
    remedy: "Make the image smaller, or raise maxPixels.",
  });
}

/** That the data unpacks to what the header says, neither less nor more. */
function checkData({ header, data }: PngChunks, file: string | undefined): void {
  const expected = rawLength(header);
  let found: number;
  try {
    found = inflatedLength(data, expected);
  } catch (cause) {
    throw refusals(file)(
      "the picture does not unpack",
      offsetOf(data),
      `${expected} bytes`,
      String(cause),
      cause,
    );
  }
  if (found === expected) return;
  throw refusals(file)(
    "the picture unpacks to another size than the header says",
    offsetOf(data),
    `${expected} bytes`,
    found > expected ? "more" : String(found),
  );
}

function offsetOf([first]: readonly Uint8Array[]): number {
  return first.byteOffset;
}

/** The samples of each pixel, one after the other; of fewer than 8 bits packed into bytes, each row from a byte on. */
function decoded({ chunks, data }: PngChunks, file: string | undefined): Uint8Array | Uint16Array {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, signature.length);
  const bytes = new Uint8Array(length);
  bytes.set(signature);
  let at = signature.length;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  try {
    const { data: samples } = decode(bytes, { checkCrc: true });
    if (samples instanceof Uint8Array || samples instanceof Uint16Array) return samples;
    throw new TypeError("samples of another type");
  } catch (cause) {
    throw refusals(file)(
      "the image cannot be decoded",
      offsetOf(data),
      "a whole image",
      String(cause),
      cause,
    );
  }
}

/** The grey of each pixel. */
function greyOf(
  { header, palette, transparency }: PngChunks,
  samples: Uint8Array | Uint16Array,
  background: number,
  file: string | undefined,
): Uint8Array {
  const { rows, columns, depth, color, channels } = header;
  const most = 2 ** depth - 1;
  const sampleAt = readerOf(samples, header);
  const key = keyOf(color, transparency);
  const grey = new Uint8Array(rows * columns);
  for (let row = 0, pixel = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, pixel++) {
      const first = sampleAt(row, column * channels);
      if (color === "palette") {
        const [r, g, b] = colorAt(palette, first, file);
        grey[pixel] = Math.round(over(luma(r, g, b), (transparency?.[first] ?? 255) / 255, background));
        continue;
      }
      const isRgb = color.startsWith("rgb");
      const second = isRgb ? sampleAt(row, column * channels + 1) : first;
      const third = isRgb ? sampleAt(row, column * channels + 2) : first;
      const isKey = key !== undefined && key[0] === first && key[1] === second && key[2] === third;
      const alpha = color.endsWith("alpha")
        ? sampleAt(row, column * channels + channels - 1) / most
        : isKey
          ? 0
          : 1;
      const value = isRgb ? luma(first, second, third) : first;
      grey[pixel] = Math.round(over((value * 255) / most, alpha, background));
    }
  }
  return grey;
}

/** Reads a row's samples by their number; those of fewer than 8 bits lie in bytes, the first in the highest bits. */
function readerOf(
  samples: Uint8Array | Uint16Array,
  { columns, depth, channels }: PngHeader,
): (row: number, sample: number) => number {
  if (depth >= 8) return (row, sample) => samples[row * columns * channels + sample];
  const perByte = 8 / depth;
  const rowBytes = Math.ceil((columns * channels) / perByte);
  return (row, sample) => {
    const byte = samples[row * rowBytes + Math.floor(sample / perByte)];
    return (byte >> (8 - depth * ((sample % perByte) + 1))) & (2 ** depth - 1);
  };
}

/** The one colour that is transparent, where an image without alpha has one. */
function keyOf(
  color: PngHeader["color"],
  transparency: Uint8Array | undefined,
): readonly number[] | undefined {
  if (transparency === undefined || color === "palette") return undefined;
  const word = (place: number): number => transparency[2 * place] * 256 + transparency[2 * place + 1];
  return color === "grey" ? [word(0), word(0), word(0)] : [word(0), word(1), word(2)];
}

function colorAt(palette: Uint8Array | undefined, index: number, file: string | undefined): Uint8Array {
  const color = palette?.subarray(3 * index, 3 * index + 3);
  if (color?.length === 3) return color;
  throw refusals(file)(
    "a pixel has a colour that the palette lacks",
    palette?.byteOffset ?? 0,
    `0 to ${(palette?.length ?? 0) / 3 - 1}`,
    String(index),
  );
}

function luma(red: number, green: number, blue: number): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

function over(value: number, alpha: number, background: number): number {
  return alpha * value + (1 - alpha) * background;
}
