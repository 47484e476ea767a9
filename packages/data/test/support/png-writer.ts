/** Writes PNG files, straight from the specification, so that the reader is not tested against itself. */
import { crc32, deflateSync } from "node:zlib";

export const signature: Uint8Array = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** An image: samples row by row, channel by channel, each from 0 to 2^depth - 1. */
export interface Picture {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** 0 grey, 2 colour, 3 palette, 4 grey with alpha, 6 colour with alpha. */
  readonly colorType: number;
  readonly samples: readonly number[];
  /** The filter of each row in turn, 0 to 4. Default: none. */
  readonly filters?: readonly number[];
  readonly interlaced?: boolean;
  readonly palette?: readonly number[];
  readonly transparency?: readonly number[];
}

export const channelsOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

export function writePng(picture: Picture, others: readonly Uint8Array[] = []): Uint8Array {
  const { palette, transparency } = picture;
  const data = new Uint8Array(deflateSync(rawOf(picture)));
  const half = data.length >> 1;
  return concat(
    signature,
    chunk("IHDR", headerOf(picture)),
    ...others,
    ...(palette === undefined ? [] : [chunk("PLTE", Uint8Array.from(palette))]),
    ...(transparency === undefined ? [] : [chunk("tRNS", Uint8Array.from(transparency))]),
    chunk("IDAT", data.subarray(0, half)),
    chunk("IDAT", data.subarray(half)),
    chunk("IEND", new Uint8Array(0)),
  );
}

export function headerOf({
  rows,
  columns,
  depth,
  colorType,
  interlaced = false,
}: Pick<Picture, "rows" | "columns" | "depth" | "colorType" | "interlaced">): Uint8Array {
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, columns);
  header.setUint32(4, rows);
  header.setUint8(8, depth);
  header.setUint8(9, colorType);
  header.setUint8(12, interlaced ? 1 : 0);
  return new Uint8Array(header.buffer);
}

export function chunk(type: string, content: Uint8Array): Uint8Array {
  const body = concat(
    Uint8Array.from(type, (letter) => letter.charCodeAt(0)),
    content,
  );
  return concat(word(content.length), body, word(crc32(body)));
}

export function concat(...pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}

function word(value: number): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(4));
  bytes.setUint32(0, value);
  return new Uint8Array(bytes.buffer);
}

/** The bytes before they are packed: filtered rows, pass by pass. */
export function rawOf(picture: Picture): Uint8Array {
  const { rows, columns, interlaced = false } = picture;
  const everywhere = [[0, 0, 1, 1]];
  const adam7 = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
  ];
  const pieces: Uint8Array[] = [];
  for (const [x0, y0, dx, dy] of interlaced ? adam7 : everywhere) {
    const lines: number[][] = [];
    for (let y = y0; y < rows; y += dy) {
      const line: number[] = [];
      for (let x = x0; x < columns; x += dx) line.push(...pixelOf(picture, y, x));
      if (line.length > 0) lines.push(line);
    }
    pieces.push(
      ...filtered(
        lines.map((line) => packed(line, picture.depth)),
        picture,
      ),
    );
  }
  return concat(...pieces);
}

function pixelOf({ columns, colorType, samples }: Picture, y: number, x: number): readonly number[] {
  const channels = channelsOf[colorType];
  const start = (y * columns + x) * channels;
  return samples.slice(start, start + channels);
}

function packed(line: readonly number[], depth: number): number[] {
  if (depth === 16) return line.flatMap((value) => [value >> 8, value & 255]);
  const bits = line.map((value) => value.toString(2).padStart(depth, "0")).join("");
  return (bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, "0"), 2));
}

function filtered(lines: readonly number[][], { depth, colorType, filters = [0] }: Picture): Uint8Array[] {
  const step = Math.max(1, (depth * channelsOf[colorType]) >> 3);
  return lines.map((line, row) => {
    const filter = filters[row % filters.length];
    const above = lines[row - 1] ?? [];
    const values = line.map((value, i) => {
      const [a, b, c] = [line[i - step] ?? 0, above[i] ?? 0, above[i - step] ?? 0];
      const predicted = [0, a, b, (a + b) >> 1, paeth(a, b, c)][filter] ?? 0;
      return (value - predicted) & 255;
    });
    return Uint8Array.of(filter, ...values);
  });
}

function paeth(a: number, b: number, c: number): number {
  const [da, db, dc] = [a, b, c].map((value) => Math.abs(a + b - c - value));
  if (da <= db && da <= dc) return a;
  return db <= dc ? b : c;
}
