import type { MouseReport } from "../../mouse/reports.ts";
import type { KeyContext } from "../keys.ts";
import { type Pen, penTo, withPen } from "./drawing-pad.ts";
import { padLayout } from "./try-layout.ts";

/**
 * Draws where the left button is held, and erases with the right one or with Shift. Between two reports the pen goes straight.
 * The wheel does nothing here: it shall not move the pen.
 */
export function drawWithMouse(
  { action, button, shift, column, row }: MouseReport,
  { look }: KeyContext,
  room: { readonly width: number; readonly height: number },
): boolean {
  const { scale, left, top } = padLayout(room);
  // The middle of the cell, which is two pixels high.
  const place = { x: (column - left + 0.5) / scale - 0.5, y: (2 * (row - top) + 1) / scale - 0.5 };
  look(({ attempt }) => {
    const { drawing } = attempt;
    if (action === "press" && isOnPad({ column, row }, room)) {
      const pen: Pen = button === "right" || shift ? "erases" : "draws";
      return { attempt: { drawing: withPen(penTo({ ...drawing, pen: "up" }, place), pen) } };
    }
    if (drawing.pen === "up") return {};
    if (action === "drag") return { attempt: { drawing: penTo(drawing, place) } };
    return action === "release" ? { attempt: { drawing: withPen(drawing, "up") } } : {};
  });
  return true;
}

function isOnPad(
  { column, row }: { readonly column: number; readonly row: number },
  room: { readonly width: number; readonly height: number },
): boolean {
  const { width, height, left, top } = padLayout(room);
  return column >= left && column < left + width && row >= top && row < top + height;
}
