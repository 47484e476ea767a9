import { scaleImage } from "../../drawing/scale-image.ts";

/** Rows and columns of the grid that is drawn on. */
export const padSide = 28;

/** What the pen does where it is moved. */
export type Pen = "up" | "draws" | "erases";

/** A place on the grid, in pixels; the middle of the first pixel is 0, 0. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** A drawing, and where its pen is. Values are replaced, never changed. */
export interface Drawing extends Place {
  /** `padSide` x `padSide` grey values from 0 to 255. */
  readonly pixels: Uint8Array;
  readonly pen: Pen;
}

/** Pixels from the middle of a stroke to where its ink begins to fade, and to where it ends: as wide as those of MNIST. */
const ink = { full: 0.6, edge: 1.6 } as const;
/** Pixels from its middle that an eraser clears. */
const eraser = 1.5;

/** Nothing drawn, the pen up where most digits begin. */
export const emptyDrawing: Drawing = {
  pixels: new Uint8Array(padSide * padSide),
  x: padSide / 2,
  y: 5,
  pen: "up",
};

/** The pixels of an image in the size of a drawing. */
export function pixelsOnPad(image: {
  readonly rows: number;
  readonly columns: number;
  readonly pixels: Uint8Array;
}): Uint8Array {
  const { rows: height, columns: width, pixels } = image;
  return Uint8Array.from(scaleImage({ width, height, pixels }, padSide, padSide).pixels);
}

/** The drawing after a move of the pen by so many pixels; the edge stops it. */
export function movePen(drawing: Drawing, right: number, down: number): Drawing {
  return penTo(drawing, { x: Math.round(drawing.x) + right, y: Math.round(drawing.y) + down });
}

/** The drawing after a straight move of the pen to a place, or to the edge nearest to it. */
export function penTo(drawing: Drawing, { x, y }: Place): Drawing {
  const inside = (value: number): number => Math.max(0, Math.min(padSide - 1, value));
  const place = { x: inside(x), y: inside(y) };
  return { ...drawing, ...place, pixels: marked(drawing, place) };
}

/** The pen put down to draw or to erase, or lifted if it did that already. */
export function togglePen(drawing: Drawing, pen: Exclude<Pen, "up">): Drawing {
  return withPen(drawing, drawing.pen === pen ? "up" : pen);
}

/** The drawing with its pen lifted, or put down where it is. */
export function withPen(drawing: Drawing, pen: Pen): Drawing {
  return penTo({ ...drawing, pen }, drawing);
}

/** The pixels after a straight stroke from where the pen is. */
function marked(drawing: Drawing, to: Place): Uint8Array {
  const { pixels, pen } = drawing;
  if (pen === "up") return pixels;
  return pixels.map((before, at) => {
    const distance = distanceToStroke({ x: at % padSide, y: Math.floor(at / padSide) }, drawing, to);
    if (pen === "erases") return distance <= eraser ? 0 : before;
    const strength = (ink.edge - distance) / (ink.edge - ink.full);
    return Math.max(before, Math.round(255 * Math.max(0, Math.min(1, strength))));
  });
}

/** How far a place is from the line between two others. */
function distanceToStroke(place: Place, from: Place, to: Place): number {
  const [right, down] = [to.x - from.x, to.y - from.y];
  const length = right ** 2 + down ** 2;
  const along = length === 0 ? 0 : ((place.x - from.x) * right + (place.y - from.y) * down) / length;
  const share = Math.max(0, Math.min(1, along));
  return Math.hypot(place.x - from.x - share * right, place.y - from.y - share * down);
}
