import type { IBufferCell, Terminal } from "@xterm/headless";
import { glyphShape } from "./glyph-shapes.ts";

/** Size of a cell in the picture. Its proportions are those of common terminals: 1 to 2. */
export const cellWidth = 10;
export const cellHeight = 20;
const fontSize = 16.6;
const margin = 16;

/** What characters and cells without a colour of their own have. */
const grounds = {
  dark: { foreground: "#d4d7dd", background: "#14161b" },
  light: { foreground: "#24272e", background: "#fbfbf9" },
} as const;
type Ground = keyof typeof grounds;

/** The first 16 of xterm's colours in a muted modern choice; the other 240 are computed. */
const basicColors = [
  "#1b1d23",
  "#d5573b",
  "#3a9d6e",
  "#d1982a",
  "#3a7bd0",
  "#a678c4",
  "#3aa3a8",
  "#c3c7cf",
  "#5c6370",
  "#ee7a5f",
  "#59c28f",
  "#e6bb57",
  "#62a4f2",
  "#c79ae0",
  "#5fc6cb",
  "#f4f6f9",
] as const;

/**
 * The screen of a terminal emulator as an SVG image. Blocks, braille and lines are drawn as shapes, so that they
 * meet exactly, whatever the font; text is set in a monospaced font.
 */
export function terminalSvg(terminal: Terminal, ground: Ground = "dark"): string {
  const { rows, cols } = terminal;
  const width = cols * cellWidth + 2 * margin;
  const height = rows * cellHeight + 2 * margin;
  const parts: string[] = [];
  const reused = terminal.buffer.active.getNullCell();
  for (let row = 0; row < rows; row++) {
    const line = terminal.buffer.active.getLine(terminal.buffer.active.viewportY + row);
    for (let column = 0; column < cols; column++) {
      const cell = line?.getCell(column, reused);
      if (cell !== undefined)
        parts.push(cellSvg(cell, margin + column * cellWidth, margin + row * cellHeight, ground));
    }
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" rx="10" fill="${grounds[ground].background}"/>`,
    `<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="${fontSize}">`,
    ...parts.filter((part) => part !== ""),
    "</g></svg>",
  ].join("\n");
}

function cellSvg(cell: IBufferCell, x: number, y: number, ground: Ground): string {
  let foreground = cellColor(cell, "foreground", ground);
  let background = cellColor(cell, "background", ground);
  if (cell.isInverse()) [foreground, background] = [background, foreground];
  const parts: string[] = [];
  if (background !== grounds[ground].background) {
    parts.push(
      `<rect x="${x}" y="${y}" width="${cellWidth}" height="${cellHeight}" fill="${background}" shape-rendering="crispEdges"/>`,
    );
  }
  const character = cell.getChars();
  if (character.trim() !== "") {
    const opacity = cell.isDim() ? ' opacity="0.6"' : "";
    const shape = glyphShape(character, cellWidth, cellHeight);
    if (shape !== undefined) {
      const paint =
        shape.kind === "fill"
          ? `fill="${foreground}"`
          : `fill="none" stroke="${foreground}" stroke-width="${shape.weight}"`;
      const crisp = shape.crisp ? ' shape-rendering="crispEdges"' : "";
      parts.push(`<path transform="translate(${x} ${y})" d="${shape.path}" ${paint}${crisp}${opacity}/>`);
    } else {
      const weight = cell.isBold() ? ' font-weight="bold"' : "";
      parts.push(
        `<text x="${x}" y="${y + 0.76 * cellHeight}" fill="${foreground}"${weight}${opacity}>${escapeXml(character)}</text>`,
      );
    }
  }
  return parts.join("");
}

function cellColor(cell: IBufferCell, layer: "foreground" | "background", ground: Ground): string {
  const isForeground = layer === "foreground";
  const value = isForeground ? cell.getFgColor() : cell.getBgColor();
  if (isForeground ? cell.isFgRGB() : cell.isBgRGB()) return `#${value.toString(16).padStart(6, "0")}`;
  if (isForeground ? cell.isFgPalette() : cell.isBgPalette()) return indexedColor(value);
  return grounds[ground][layer];
}

/** xterm's 256 colours: 16 of the theme, a cube of 6 x 6 x 6, and 24 greys. */
function indexedColor(index: number): string {
  const basic = basicColors[index];
  if (basic !== undefined) return basic;
  if (index >= 232) return rgb([0, 0, 0].map(() => 8 + 10 * (index - 232)));
  const levels = [0, 95, 135, 175, 215, 255];
  const cube = index - 16;
  return rgb([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((step) => levels[step] ?? 0));
}

function rgb(parts: readonly number[]): string {
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
