import { faint, type Segment, type Style } from "./styled-line.ts";

/** One to seven eighths of a cell, from the left: U+258F down to U+2589. */
const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

/**
 * A bar of `width` cells that is filled from the left for `share` (0 to 1) of its length, to an eighth of a cell.
 *
 * @example
 * bar(0.5, 4).map((segment) => segment.text).join(""); // "██··"
 */
export function bar(share: number, width: number, style?: Style): Segment[] {
  const clamped = Math.max(0, Math.min(1, Number.isFinite(share) ? share : 0));
  const filled = Math.round(clamped * width * 8);
  const blocks = "█".repeat(filled >> 3) + (eighths[filled & 7] ?? "");
  return [
    { text: blocks, ...(style && { style }) },
    { text: "·".repeat(Math.max(0, width - blocks.length)), style: faint },
  ];
}

/** How far a run is, as a thin line of `width` cells: the done part heavy, the rest faint. */
export function progressLine(share: number, width: number, style?: Style): Segment[] {
  const done = Math.max(0, Math.min(width, Math.round(share * width)));
  return [
    { text: "━".repeat(done), ...(style && { style }) },
    { text: "─".repeat(Math.max(0, width - done)), style: faint },
  ];
}
