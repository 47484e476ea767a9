import { Unzlib } from "fflate";
import type { PngHeader } from "./chunks.ts";

/** Packed bytes unpacked at a time: deflate makes at most 1032 bytes of each, and no more than this lies in memory. */
const sliceBytes = 2 ** 12;

/** Columns and rows that each pass of an interlaced image begins at and goes on by: [x, y, x step, y step]. */
const passes: readonly (readonly [number, number, number, number])[] = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/** Bytes that the unpacked data of an image has: a filter byte and the pixels for each row, of each pass. */
export function rawLength({ columns, rows, depth, channels, interlaced }: PngHeader): number {
  const ofRows = (across: number, down: number): number =>
    across === 0 ? 0 : down * (1 + Math.ceil((across * depth * channels) / 8));
  if (!interlaced) return ofRows(columns, rows);
  return passes.reduce((sum, [x, y, stepX, stepY]) => {
    const across = Math.max(0, Math.ceil((columns - x) / stepX));
    const down = Math.max(0, Math.ceil((rows - y) / stepY));
    return sum + ofRows(across, down);
  }, 0);
}

/**
 * How many bytes data unpacks to; stops as soon as they are more than `most`. Keeps nothing of them.
 *
 * @throws what fflate throws for bytes that do not unpack
 */
export function inflatedLength(data: readonly Uint8Array[], most: number): number {
  let length = 0;
  const unzlib = new Unzlib((bytes) => {
    length += bytes.length;
  });
  for (const piece of data) {
    for (let at = 0; at < piece.length; at += sliceBytes) {
      unzlib.push(piece.slice(at, at + sliceBytes));
      if (length > most) return length;
    }
  }
  unzlib.push(new Uint8Array(0), true);
  return length;
}
