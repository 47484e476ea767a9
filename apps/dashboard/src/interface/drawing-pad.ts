/** Rows and columns of the grid that is drawn on. */
export const padSide = 28;

/** What the pen does where it is moved. */
export type Pen = "up" | "draws" | "erases";

/** A drawing, and where its pen is. Values are replaced, never changed. */
export interface Drawing {
  /** `padSide` x `padSide` grey values from 0 to 255. */
  readonly pixels: Uint8Array;
  readonly x: number;
  readonly y: number;
  readonly pen: Pen;
}

/** Ink of a pen in the pixel it is on and in those beside it: as wide as the strokes of MNIST, with soft edges. */
const ink = { centre: 255, beside: 150 } as const;

/** Nothing drawn, the pen up where most digits begin. */
export const emptyDrawing: Drawing = {
  pixels: new Uint8Array(padSide * padSide),
  x: padSide / 2,
  y: 5,
  pen: "up",
};

/** The drawing after a move of the pen by so many pixels; the edge stops it. */
export function movePen(drawing: Drawing, right: number, down: number): Drawing {
  const inside = (value: number): number => Math.max(0, Math.min(padSide - 1, value));
  return marked({ ...drawing, x: inside(drawing.x + right), y: inside(drawing.y + down) });
}

/** The pen put down to draw or to erase, or lifted if it did that already. */
export function togglePen(drawing: Drawing, pen: Exclude<Pen, "up">): Drawing {
  return marked({ ...drawing, pen: drawing.pen === pen ? "up" : pen });
}

function marked(drawing: Drawing): Drawing {
  const { x, y, pen } = drawing;
  if (pen === "up") return drawing;
  const pixels = drawing.pixels.slice();
  for (const [right, down] of [
    [0, 0],
    [-1, 0],
    [1, 0],
    [0, -1],
    [0, 1],
  ] as const) {
    const [column, row] = [x + right, y + down];
    if (column < 0 || column >= padSide || row < 0 || row >= padSide) continue;
    const at = row * padSide + column;
    const amount = right === 0 && down === 0 ? ink.centre : ink.beside;
    pixels[at] = pen === "erases" ? 0 : Math.max(pixels[at] ?? 0, amount);
  }
  return { ...drawing, pixels };
}
