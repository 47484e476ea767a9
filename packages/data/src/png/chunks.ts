import { DataError } from "../errors.ts";

/** What the header of a PNG says. */
export interface PngHeader {
  readonly columns: number;
  readonly rows: number;
  /** Bits per channel: 1, 2, 4, 8 or 16. */
  readonly depth: number;
  readonly color: "grey" | "rgb" | "palette" | "grey-alpha" | "rgb-alpha";
  readonly channels: number;
  readonly interlaced: boolean;
}

/** The parts of a PNG that make its picture, each a piece of the file. */
export interface PngChunks {
  readonly header: PngHeader;
  /** The critical chunks, whole from length to check sum, in file order: the header, palette, data, the end. */
  readonly chunks: readonly Uint8Array[];
  /** The contents of the data chunks. */
  readonly data: readonly Uint8Array[];
  readonly palette: Uint8Array | undefined;
  readonly transparency: Uint8Array | undefined;
}

export const signature: Uint8Array = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

const colors: ReadonlyMap<number, { name: PngHeader["color"]; channels: number; depths: readonly number[] }> =
  new Map([
    [0, { name: "grey", channels: 1, depths: [1, 2, 4, 8, 16] }],
    [2, { name: "rgb", channels: 3, depths: [8, 16] }],
    [3, { name: "palette", channels: 1, depths: [1, 2, 4, 8] }],
    [4, { name: "grey-alpha", channels: 2, depths: [8, 16] }],
    [6, { name: "rgb-alpha", channels: 4, depths: [8, 16] }],
  ]);

/** Beginnings of other image files, for a message that helps. */
const otherFormats: readonly (readonly [name: string, start: readonly number[]])[] = [
  ["JPEG", [0xff, 0xd8, 0xff]],
  ["GIF", [0x47, 0x49, 0x46, 0x38]],
  ["BMP", [0x42, 0x4d]],
  ["WebP", [0x52, 0x49, 0x46, 0x46]],
  ["TIFF", [0x49, 0x49, 0x2a, 0x00]],
  ["TIFF", [0x4d, 0x4d, 0x00, 0x2a]],
];

/**
 * Takes a PNG apart and keeps what makes the picture; text, profiles and the like are passed over. Checks the order and
 * sizes of chunks, not their check sums, and takes no memory.
 *
 * @throws {@link DataError} `image-format`, `png-corrupt`, `png-unsupported`.
 *
 * Source: W3C, Portable Network Graphics, third edition, sections 5 and 11.
 */
export function chunksOf(bytes: Uint8Array, file: string | undefined): PngChunks {
  checkSignature(bytes, file);
  const refuse = refusals(file);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const chunks: Uint8Array[] = [];
  const data: Uint8Array[] = [];
  let header: PngHeader | undefined;
  let palette: Uint8Array | undefined;
  let transparency: Uint8Array | undefined;
  let isDataOver = false;
  for (let at = signature.length; ; ) {
    if (bytes.length - at < 12)
      throw refuse("the file is cut short", at, "a chunk", `${bytes.length - at} bytes`);
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (length > bytes.length - at - 12) {
      throw refuse(
        `the chunk ${printable(type)} is cut short`,
        at,
        `${length} bytes of it`,
        `${bytes.length - at - 12}`,
      );
    }
    const content = bytes.subarray(at + 8, at + 8 + length);
    const misplaced = (expected: string): DataError =>
      refuse(`the chunk ${type} stands in the wrong place`, at, expected, type);
    if ((header === undefined) !== (type === "IHDR")) throw misplaced("IHDR once, at the beginning");

    if (type === "IHDR") header = headerOf(content, at, file);
    else if (type === "PLTE") {
      if (palette !== undefined || transparency !== undefined || data.length > 0)
        throw misplaced("one, before tRNS and IDAT");
      if (length === 0 || length % 3 !== 0 || length > 768)
        throw refuse("the palette has no such size", at, "1 to 256 colours of 3 bytes", `${length} bytes`);
      palette = content;
    } else if (type === "tRNS") {
      if (transparency !== undefined || data.length > 0) throw misplaced("one, before IDAT");
      transparency = content;
    } else if (type === "IDAT") {
      if (isDataOver) throw misplaced("all IDAT one after the other");
      data.push(content);
    } else if (type !== "IEND" && isCritical(type)) {
      throw refuse(
        `the chunk ${printable(type)} is unknown`,
        at,
        "IHDR, PLTE, IDAT or IEND",
        printable(type),
      );
    }
    if (type !== "IDAT" && data.length > 0) isDataOver = true;
    if (isCritical(type)) chunks.push(bytes.subarray(at, at + 12 + length));
    at += 12 + length;
    if (type === "IEND" && header !== undefined) {
      checkTogether(header, palette, transparency, data, at, file);
      return { header, chunks, data, palette, transparency };
    }
  }
}

function checkSignature(bytes: Uint8Array, file: string | undefined): void {
  if (signature.every((byte, i) => bytes[i] === byte)) return;
  const other = otherFormats.find(([, start]) => start.every((byte, i) => bytes[i] === byte))?.[0];
  throw new DataError("image-format", {
    problem: other === undefined ? "this is no PNG image" : `this is a ${other} image`,
    file,
    offset: 0,
    expected: "a PNG, which begins with 89 50 4e 47",
    found: bytes.length === 0 ? "an empty file" : hex(bytes.subarray(0, 4)),
    remedy: "Convert the image to PNG; other formats are not read.",
  });
}

function headerOf(content: Uint8Array, at: number, file: string | undefined): PngHeader {
  const refuse = refusals(file);
  if (content.length !== 13) throw refuse("the header has no such size", at, "13 bytes", `${content.length}`);
  const view = new DataView(content.buffer, content.byteOffset, 13);
  const [columns, rows] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colorType, compression, filter, interlace] = content.subarray(8);
  if (columns === 0 || rows === 0 || columns > 0x7fffffff || rows > 0x7fffffff) {
    throw refuse(
      "the image has no such size",
      at + 8,
      "1 to 2147483647 columns and rows",
      `${columns} x ${rows}`,
    );
  }
  const color = colors.get(colorType);
  if (color === undefined || !color.depths.includes(depth)) {
    throw refuse(
      "there are no such colours",
      at + 16,
      "a colour type and a depth that go together",
      `type ${colorType} of ${depth} bits`,
    );
  }
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    throw refuse(
      "there is no such coding",
      at + 18,
      "compression 0, filter 0, interlace 0 or 1",
      `${compression}, ${filter}, ${interlace}`,
    );
  }
  if (interlace === 1 && depth < 8) {
    throw new DataError("png-unsupported", {
      problem: "an interlaced image of fewer than 8 bits is not read",
      file,
      offset: at + 16,
      expected: "8 or 16 bits, or no interlacing",
      found: `${depth} bits, interlaced`,
      remedy: "Save the image without interlacing.",
    });
  }
  return { columns, rows, depth, color: color.name, channels: color.channels, interlaced: interlace === 1 };
}

function checkTogether(
  { color }: PngHeader,
  palette: Uint8Array | undefined,
  transparency: Uint8Array | undefined,
  data: readonly Uint8Array[],
  at: number,
  file: string | undefined,
): void {
  const refuse = refusals(file);
  if (data.length === 0) throw refuse("there is no picture in it", at, "IDAT", "none");
  if (
    (color === "palette") !== (palette !== undefined) &&
    !(color.startsWith("rgb") && palette !== undefined)
  ) {
    throw refuse(
      "palette and colours do not go together",
      at,
      color === "palette" ? "PLTE" : "no PLTE",
      color,
    );
  }
  if (transparency === undefined) return;
  const most =
    color === "palette" ? (palette?.length ?? 0) / 3 : color === "grey" ? 2 : color === "rgb" ? 6 : 0;
  const isFitting =
    color === "palette" ? transparency.length <= most : transparency.length === most && most > 0;
  if (!isFitting)
    throw refuse("the transparency has no such size", at, `${most} bytes`, `${transparency.length}`);
}

/** Makes refusals of bytes that are no exact PNG. */
export function refusals(
  file: string | undefined,
): (problem: string, offset: number, expected: string, found: string, cause?: unknown) => DataError {
  return (problem, offset, expected, found, cause) =>
    new DataError("png-corrupt", {
      problem,
      file,
      offset,
      expected,
      found,
      remedy: "The image is damaged; get it again or save it anew.",
      cause,
    });
}

/** An upper-case first letter says that a picture cannot be made without the chunk. */
function isCritical(type: string): boolean {
  return (type.charCodeAt(0) & 0x20) === 0;
}

function printable(type: string): string {
  return /^[A-Za-z]{4}$/.test(type) ? type : hex(Uint8Array.from(type, (letter) => letter.charCodeAt(0)));
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
