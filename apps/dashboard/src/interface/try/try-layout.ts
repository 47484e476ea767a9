import { padSide } from "./drawing-pad.ts";

/** Where the pad is on the screen Try, in cells. */
export interface PadLayout {
  /** Cells across for a pixel of the drawing, which is half as many down. */
  readonly scale: number;
  readonly width: number;
  readonly height: number;
  /** Cells beside it, and rows above it. */
  readonly left: number;
  readonly top: number;
}

/** Cells beside the pad that words and bars need. */
const sideRoom = 40;

/** The pad as large as it can be beside words and bars: at a whole multiple of its pixels. */
export function padLayout({ width, height }: { readonly width: number; readonly height: number }): PadLayout {
  const scale = Math.max(
    1,
    Math.min(Math.floor((2 * height) / padSide), Math.floor((width - sideRoom) / padSide)),
  );
  const rows = (scale * padSide) / 2;
  return {
    scale,
    width: scale * padSide,
    height: rows,
    left: 1,
    top: Math.max(0, Math.min(1, height - rows)),
  };
}
