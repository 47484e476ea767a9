import { type ImageSet, sliceSet } from "@gradwerk/mnist";
import type { ImageSheet } from "./protocol.ts";

/** Some images of a set from a position on, fewer where it ends; none where it ended before. */
export function imageSheet(set: ImageSet, from: number, most: number): ImageSheet {
  const { rows, columns } = set;
  const to = Math.min(from + most, set.count);
  if (from >= to) return { rows, columns, count: 0, pixels: new Uint8Array(), labels: new Uint8Array() };
  const { pixels, labels } = sliceSet(set, from, to);
  return { rows, columns, count: labels.length, pixels: pixels.slice(), labels: labels.slice() };
}
