import { encode } from "fast-png";
import type { ResultImage, WeightImage } from "../run/results.ts";

/** An image in grey as PNG: black on white, as ink on paper. */
export function digitPng({ rows, columns, pixels }: ResultImage): Uint8Array {
  return encode({ width: columns, height: rows, channels: 1, data: pixels.map((pixel) => 255 - pixel) });
}

/** Blue for negative, white for 0, vermilion for positive: told apart with any kind of colour vision. */
const negative = [0, 114, 178] as const;
const positive = [213, 94, 0] as const;

/** Weights as PNG. */
export function weightPng({ rows, columns, levels }: WeightImage): Uint8Array {
  const data = new Uint8Array(3 * levels.length);
  for (const [place, level] of levels.entries()) {
    const share = Math.min(1, Math.abs(level) / 127);
    const end = level < 0 ? negative : positive;
    for (let channel = 0; channel < 3; channel++) {
      data[3 * place + channel] = Math.round(255 + share * (end[channel] - 255));
    }
  }
  return encode({ width: columns, height: rows, channels: 3, data });
}

/** A PNG as an address that needs no network. */
export function dataUri(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
}
