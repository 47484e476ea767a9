import type { SheetChoice } from "../view.ts";

/** Images per row and per column of a sheet, as in the article. */
export const sheetSide = 10;

/** Smallest image on a sheet that can be read, in pixels, and the size that is preferred where it costs nothing. */
const minimumSize = 6;
const wantedSize = 7;

/** How the data screen shows its sheets. */
export interface DataLayout {
  /** Both sheets side by side, or one at a time. */
  readonly sheets: 1 | 2;
  /** Pixels of an image, across and down. */
  readonly size: number;
  /** Rows of images that fit; fewer than ten means that the sheet is shown in parts. */
  readonly rowsShown: number;
  /** Where the class counts stand: in a panel below, in a column at the right, or in lines below the sheet. */
  readonly counts: "panel" | "column" | "lines";
}

/** Rows of the panel with class counts: five lines in a frame. */
export const countsPanelHeight = 7;
/** Cells of the column with class counts. */
export const countsColumnWidth = 10;

/** Divides the room of the data screen: both whole sheets if they fit, else one whole, else one in parts. */
export function dataLayout(width: number, height: number): DataLayout {
  const panelRows = height - countsPanelHeight - 2;
  const side = Math.min(fit(Math.floor(width / 2) - 4), fit(2 * panelRows));
  if (side >= wantedSize) return { sheets: 2, size: side, rowsShown: sheetSide, counts: "panel" };

  // One line for the title; without a frame, so that every column serves the images.
  const wide = fit(width - countsColumnWidth);
  const whole = Math.min(wide, fit(2 * (height - 1)));
  if (whole >= wantedSize) return { sheets: 1, size: whole, rowsShown: sheetSide, counts: "column" };
  if (wide >= wantedSize) {
    return { sheets: 1, size: wantedSize, rowsShown: rowsFitting(height - 1, wantedSize), counts: "column" };
  }
  const size = Math.max(minimumSize, Math.min(wantedSize, fit(width)));
  return { sheets: 1, size, rowsShown: rowsFitting(height - 3, size), counts: "lines" };
}

/** Where a sheet stands on the screen, in cells. */
export interface SheetPlace {
  readonly choice: SheetChoice;
  readonly left: number;
  readonly top: number;
}

/** Where the sheets stand: both in their panels, or the one that is shown below its title. */
export function sheetPlaces(
  { sheets, size, counts }: DataLayout,
  { width, height }: { readonly width: number; readonly height: number },
  shown: SheetChoice,
): SheetPlace[] {
  const side = sheetSide * size;
  const middle = (room: number, needed: number): number => Math.max(0, Math.floor((room - needed) / 2));
  if (sheets === 1) {
    const room = counts === "column" ? width - countsColumnWidth : width;
    return [{ choice: shown, left: middle(room, side), top: 1 }];
  }
  const half = Math.floor(width / 2);
  // A panel has a border and a blank at its left, a border above.
  const top = 1 + middle(height - countsPanelHeight - 2, Math.ceil(side / 2));
  return [
    { choice: "all", left: 2 + middle(half - 4, side), top },
    { choice: "chosen", left: half + 2 + middle(width - half - 4, side), top },
  ];
}

/** The first image on the sheet that shows the one at `place`: sheets are turned like pages. */
export function firstShown(place: number, { rowsShown }: DataLayout): number {
  const shown = rowsShown * sheetSide;
  return Math.floor(place / shown) * shown;
}

/** Pixels that each of ten images gets of `pixels`. */
function fit(pixels: number): number {
  return Math.floor(pixels / sheetSide);
}

/** Rows of images of `size` pixels in `rows` rows of cells, two pixels each. */
function rowsFitting(rows: number, size: number): number {
  return Math.max(1, Math.min(sheetSide, Math.floor((2 * rows) / size)));
}
