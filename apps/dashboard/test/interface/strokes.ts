import { type Drawing, emptyDrawing, movePen, penTo, withPen } from "../../src/interface/try/drawing-pad.ts";

/** Corners of a stroke. */
export type Stroke = readonly (readonly [x: number, y: number])[];

/** Digits as somebody draws them: strokes in a box of 10 across and 16 down. */
export const digits: readonly (readonly Stroke[])[] = [
  [
    [
      [5, 0],
      [2, 1],
      [0, 5],
      [0, 11],
      [2, 15],
      [5, 16],
      [8, 15],
      [10, 11],
      [10, 5],
      [8, 1],
      [5, 0],
    ],
  ],
  [
    [
      [5, 0],
      [5, 16],
    ],
  ],
  [
    [
      [0, 3],
      [2, 1],
      [5, 0],
      [8, 1],
      [9, 4],
      [8, 7],
      [4, 11],
      [0, 16],
      [10, 16],
    ],
  ],
  [
    [
      [0, 1],
      [4, 0],
      [8, 1],
      [9, 4],
      [7, 7],
      [3, 8],
      [7, 9],
      [10, 12],
      [8, 15],
      [4, 16],
      [0, 15],
    ],
  ],
  [
    [
      [1, 0],
      [0, 9],
      [10, 9],
    ],
    [
      [8, 0],
      [7, 16],
    ],
  ],
  [
    [
      [9, 0],
      [1, 0],
      [0, 7],
      [5, 6],
      [9, 8],
      [10, 12],
      [8, 15],
      [4, 16],
      [0, 15],
    ],
  ],
  [
    [
      [8, 0],
      [4, 3],
      [1, 8],
      [0, 12],
      [2, 15],
      [5, 16],
      [8, 15],
      [9, 12],
      [7, 9],
      [4, 9],
      [1, 11],
    ],
  ],
  [
    [
      [0, 0],
      [10, 0],
      [7, 6],
      [4, 16],
    ],
  ],
  [
    [
      [8, 2],
      [5, 0],
      [2, 2],
      [2, 5],
      [8, 10],
      [9, 13],
      [6, 16],
      [2, 15],
      [1, 12],
      [3, 9],
      [8, 5],
      [8, 2],
    ],
  ],
  [
    [
      [9, 3],
      [6, 0],
      [2, 1],
      [0, 5],
      [3, 8],
      [7, 7],
      [9, 3],
      [9, 9],
      [8, 16],
    ],
  ],
];

/** How large strokes are drawn and where: two numbers each for across and down. */
export interface Placing {
  readonly scale: readonly [across: number, down: number];
  readonly offset: readonly [right: number, down: number];
  /** How far the top leans to the right, in widths of the box for its height. */
  readonly slant?: number;
}

/** Strokes as they are drawn with a mouse that reports whole cells, two pixels high. */
export function drawnWithMouse(strokes: readonly Stroke[], placing: Placing): Drawing {
  let drawing = emptyDrawing;
  for (const stroke of strokes) {
    const [start, ...rest] = stroke.map((corner) => {
      const { x, y } = placed(corner, placing);
      return { x: Math.round(x), y: 2 * Math.floor(y / 2) + 0.5 };
    });
    if (start === undefined) continue;
    drawing = withPen(penTo({ ...drawing, pen: "up" }, start), "draws");
    for (const place of rest) drawing = penTo(drawing, place);
  }
  return withPen(drawing, "up");
}

/** Strokes as they are drawn with the arrow keys, in steps of one pixel across or down. */
export function drawnWithKeys(strokes: readonly Stroke[], placing: Placing): Drawing {
  let drawing = emptyDrawing;
  const walk = (to: { readonly x: number; readonly y: number }): void => {
    while (drawing.x !== to.x || drawing.y !== to.y) {
      const [right, down] = [to.x - drawing.x, to.y - drawing.y];
      const isAcross = Math.abs(right) >= Math.abs(down);
      drawing = isAcross ? movePen(drawing, Math.sign(right), 0) : movePen(drawing, 0, Math.sign(down));
    }
  };
  for (const stroke of strokes) {
    drawing = withPen(drawing, "up");
    for (const [place, corner] of stroke.entries()) {
      const { x, y } = placed(corner, placing);
      walk({ x: Math.round(x), y: Math.round(y) });
      if (place === 0) drawing = withPen(drawing, "draws");
    }
  }
  return withPen(drawing, "up");
}

function placed(
  [x, y]: readonly [number, number],
  { scale, offset, slant = 0 }: Placing,
): { readonly x: number; readonly y: number } {
  const leaning = x + slant * 10 * (1 - y / 16);
  return { x: offset[0] + scale[0] * leaning, y: offset[1] + scale[1] * y };
}
