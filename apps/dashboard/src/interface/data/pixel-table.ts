import { type ColorLevel, grey } from "../../drawing/color.ts";
import { faint, type Line, span } from "../../drawing/styled-line.ts";

/** A picture in grey values from 0 to 255. */
export interface PixelImage {
  readonly rows: number;
  readonly columns: number;
  readonly pixels: Uint8Array;
}

/** The part of a picture whose values are written. */
export interface PixelPart {
  readonly row: number;
  readonly rows: number;
  readonly column: number;
  readonly columns: number;
}

/** Cells of a value: three digits and a blank. */
export const valueWidth = 4;

/** As much of a picture as there is room for: all of it, or the part around its middle. */
export function partFitting({ rows, columns }: PixelImage, width: number, height: number): PixelPart {
  const down = Math.max(0, Math.min(rows, height));
  const across = Math.max(0, Math.min(columns, Math.floor(width / valueWidth)));
  return {
    row: Math.floor((rows - down) / 2),
    rows: down,
    column: Math.floor((columns - across) / 2),
    columns: across,
  };
}

/** The values of a part of a picture, a line for each row, on grounds of their own grey. */
export function pixelTable(image: PixelImage, part: PixelPart, level: ColorLevel): Line[] {
  return Array.from({ length: part.rows }, (_, down) =>
    Array.from({ length: part.columns }, (_, across) => {
      const value = image.pixels[(part.row + down) * image.columns + part.column + across] ?? 0;
      const text = `${String(value).padStart(valueWidth - 1)} `;
      if (level === "none") return span(text, value === 0 ? faint : undefined);
      return span(text, { foreground: inkOn(value), background: grey(value) });
    }),
  );
}

/** A grey that reads on a ground of grey; zeros, which are most, stay in the background. */
function inkOn(value: number) {
  return grey(value === 0 ? 84 : value < 128 ? 255 : 0);
}
