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

/** Pixels that each of ten images gets of `pixels`. */
function fit(pixels: number): number {
  return Math.floor(pixels / sheetSide);
}

/** Rows of images of `size` pixels in `rows` rows of cells, two pixels each. */
function rowsFitting(rows: number, size: number): number {
  return Math.max(1, Math.min(sheetSide, Math.floor((2 * rows) / size)));
}
