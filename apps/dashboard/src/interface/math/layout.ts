/** Where a page stands on the screen, in cells; the row of the pages' names is row 0. */
export interface PageFrame {
  /** Its place among the pages. */
  readonly place: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Cells of a page that stands beside another one, or above, and how many do at most. */
const least = { width: 60, height: 17 } as const;
const most = { across: 3, down: 2 } as const;

/** As many pages side by side as there is room for, in whole sheets, so that they stay where they are while one walks. */
export function pageFrames(pages: number, current: number, width: number, height: number): PageFrame[] {
  const across = Math.min(most.across, Math.max(1, Math.floor(width / least.width)));
  const down = Math.min(most.down, Math.max(1, Math.floor((height - 1) / least.height)));
  const shown = across * down;
  const first = Math.max(0, Math.min(current - (current % shown), pages - shown));
  return Array.from({ length: Math.min(shown, pages) }, (_, at) => {
    const [row, column] = [Math.floor(at / across), at % across];
    const left = Math.floor((width * column) / across);
    const top = 1 + Math.floor(((height - 1) * row) / down);
    return {
      place: first + at,
      left,
      top,
      width: Math.floor((width * (column + 1)) / across) - left,
      height: 1 + Math.floor(((height - 1) * (row + 1)) / down) - top,
    };
  });
}
