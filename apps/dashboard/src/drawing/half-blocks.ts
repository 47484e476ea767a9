import { type ColorLevel, grey } from "./color.ts";
import type { GreyImage } from "./scale-image.ts";
import type { Line, Segment, Style } from "./styled-line.ts";

/** Where a pixel counts as lit when there are no colours: a stroke's soft edge is dark. */
const litFrom = 96;

/**
 * An image as rows of half blocks: a cell shows two pixels, the upper in the foreground and the lower in the
 * background colour, so that it looks the same on a dark and on a light terminal. Without colours a pixel is lit
 * or not; the greys stay in the style for whoever shows them in another way. Gives `ceil(height / 2)` lines of `width` cells.
 */
export function halfBlockLines(image: GreyImage, level: ColorLevel): Line[] {
  const lines: Line[] = [];
  for (let y = 0; y < image.height; y += 2) {
    lines.push(level === "none" ? litLine(image, y) : greyLine(image, y, level));
  }
  return lines;
}

function greyLine(image: GreyImage, y: number, level: ColorLevel): Line {
  const segments: Segment[] = [];
  const hasLower = y + 1 < image.height;
  let previous = "";
  for (let x = 0; x < image.width; x++) {
    const upper = shade(image, x, y, level);
    const lower = hasLower ? shade(image, x, y + 1, level) : undefined;
    const key = `${upper} ${lower}`;
    const character = upper === lower ? " " : "▀";
    const run = segments.at(-1);
    if (run !== undefined && key === previous) {
      segments[segments.length - 1] = { ...run, text: run.text + character };
      continue;
    }
    previous = key;
    segments.push({ text: character, style: halves(upper, lower) });
  }
  return segments;
}

function halves(upper: number, lower: number | undefined): Style {
  if (lower === undefined) return { foreground: grey(upper) };
  return upper === lower ? { background: grey(upper) } : { foreground: grey(upper), background: grey(lower) };
}

/** A pixel's grey; in few colours only as fine as they are, so that equal neighbours make one run. */
function shade(image: GreyImage, x: number, y: number, level: ColorLevel): number {
  const value = Math.round(image.pixels[y * image.width + x] ?? 0);
  if (level !== "basic") return value;
  return [0, 64, 160, 255].reduce((best, candidate) =>
    grey(candidate).basic === grey(value).basic ? candidate : best,
  );
}

function litLine(image: GreyImage, y: number): Line {
  const segments: Segment[] = [];
  for (let x = 0; x < image.width; x++) {
    const upper = Math.round(image.pixels[y * image.width + x] ?? 0);
    const lower = Math.round(image.pixels[(y + 1) * image.width + x] ?? 0);
    const text = upper >= litFrom ? (lower >= litFrom ? "█" : "▀") : lower >= litFrom ? "▄" : " ";
    const run = segments.at(-1);
    const style = { foreground: grey(upper), background: grey(lower) };
    if (run?.style?.foreground === style.foreground && run.style.background === style.background) {
      segments[segments.length - 1] = { ...run, text: run.text + text };
    } else segments.push({ text, style });
  }
  return segments;
}
