import { negativeColor, positiveColor } from "./heat-map.ts";
import { faint, type Segment } from "./styled-line.ts";

/**
 * A bar that grows from the middle of `width` cells (an odd number) to the right for a positive share and to the left for a
 * negative one, to half a cell; 1 and -1 reach the ends.
 *
 * @example
 * divergingBar(-0.5, 9).map(({ text }) => text).join(""); // "··██│····"
 */
export function divergingBar(share: number, width: number): Segment[] {
  const half = Math.max(0, Math.floor((width - 1) / 2));
  const clamped = Math.max(-1, Math.min(1, Number.isFinite(share) ? share : 0));
  const filled = Math.round(2 * half * Math.abs(clamped));
  const [whole, split] = [filled >> 1, filled & 1];
  const rest = (cells: number): Segment => ({ text: "·".repeat(cells), style: faint });
  const axis: Segment = { text: "│", style: faint };
  const blocks = "█".repeat(whole);
  return clamped < 0
    ? [
        rest(half - whole - split),
        { text: `${"▐".repeat(split)}${blocks}`, style: { foreground: negativeColor } },
        axis,
        rest(half),
      ]
    : [
        rest(half),
        axis,
        { text: `${blocks}${"▌".repeat(split)}`, style: { foreground: positiveColor } },
        rest(half - whole - split),
      ];
}
