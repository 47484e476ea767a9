import { Box } from "ink";
import { type ReactNode, use, useMemo } from "react";
import { bar } from "../drawing/bar.ts";
import { type ColorLevel, palette } from "../drawing/color.ts";
import { halfBlockLines } from "../drawing/half-blocks.ts";
import { scaleImage } from "../drawing/scale-image.ts";
import { bold, faint, fitLine, type Line, span, wrapWords } from "../drawing/styled-line.ts";
import type { Prediction } from "../run/inspection.ts";
import type { RunInfo } from "../run/protocol.ts";
import { classNamesOf, shortName } from "./class-names.ts";
import { padLines } from "./pad-lines.ts";
import type { ScreenRoom } from "./results-screen.tsx";
import type { ScreenProps } from "./screen-props.ts";
import { ColorLevelContext, Lines } from "./theme.tsx";
import { padLayout } from "./try-layout.ts";
import type { Attempt } from "./view.ts";

/** The screen Try: a pad to draw on, what the network sees of it, and what it says. */
export function TryScreen({ state, info, view, width, height }: ScreenProps): ReactNode {
  const level = use(ColorLevelContext);
  const { prediction } = state.inspected;
  const lines = useMemo(
    () => tryLines(view.attempt, prediction, info, { width, height, level }),
    [view.attempt, prediction, info, width, height, level],
  );
  return (
    <Box flexDirection="column" width={width}>
      <Lines lines={lines} />
    </Box>
  );
}

/** Guesses that are shown, the best first. */
const guesses = 3;
/** Characters of a class's name. */
const longestName = 10;
/** Cells between the pad and what stands beside it. */
const gap = 3;

/** The screen's lines: the pad at the left, what the network makes of it at the right. */
export function tryLines(
  attempt: Attempt,
  prediction: Prediction | undefined,
  info: RunInfo,
  { width, height, level }: ScreenRoom,
): Line[] {
  const { scale, width: padWidth, top } = padLayout({ width, height });
  const sideWidth = width - padWidth - gap;
  const pad = padLines(attempt.drawing, scale, level);
  const side = sideLines(attempt, prediction, info, { width: sideWidth, height, level });
  return Array.from({ length: Math.min(height, Math.max(pad.length + top, side.length)) }, (_, row) => [
    ...fitLine(row < top ? [span("draw here", faint)] : (pad[row - top] ?? []), padWidth),
    span(" ".repeat(gap)),
    ...fitLine(side[row] ?? [], sideWidth),
  ]);
}

function sideLines(
  attempt: Attempt,
  prediction: Prediction | undefined,
  info: RunInfo,
  room: ScreenRoom,
): Line[] {
  const { height, width, level } = room;
  const says =
    prediction === undefined || prediction.outputs.length === 0
      ? wrapWords("Draw a digit: space puts the pen down, the arrows move it.", width).map(
          (words): Line => [span(words)],
        )
      : info.outputs === "image"
        ? imageBack(prediction, room)
        : guessLines(prediction.outputs, info, width);
  const hints = hintLines(attempt, width);
  // What the network saw, at its own size where that leaves room, else at half of it.
  const left = height - says.length - hints.length - 3;
  const size = left >= 14 ? 28 : left >= 7 ? 14 : 0;
  const seen =
    prediction === undefined || prediction.outputs.length === 0 || size === 0
      ? []
      : [[span(seenWords(attempt), faint)] as Line, ...picture(prediction.pixels, size, level), []];
  return [...says, [], ...seen, ...hints].slice(0, height);
}

function seenWords({ testImage }: Attempt): string {
  return testImage === undefined ? "what it sees: centred, 20 high" : `what it sees: test image ${testImage}`;
}

function guessLines(outputs: readonly number[], info: RunInfo, width: number): Line[] {
  const names = classNamesOf(info);
  const longest = Math.min(longestName, Math.max(...names.map((name) => name.length)));
  const order = outputs.map((_, index) => index).sort((a, b) => (outputs[b] ?? 0) - (outputs[a] ?? 0));
  const best = order[0] ?? 0;
  const head: Line = [
    span("It says "),
    span(names[best] ?? String(best), { bold: true, foreground: palette.accent }),
  ];
  const bars = order.slice(0, guesses).map((index): Line => {
    const share = outputs[index] ?? 0;
    const label = `${shortName(names[index] ?? "", longest).padEnd(longest)} ${(100 * share).toFixed(1).padStart(5)} % `;
    const style = index === best ? { bold: true, foreground: palette.accent } : faint;
    return [
      span(label, index === best ? bold : undefined),
      ...bar(share, Math.max(1, width - label.length), style),
    ];
  });
  return [head, ...bars];
}

/** What a network that gives images back made of the picture. */
function imageBack({ outputs, rows, columns }: Prediction, { height, level }: ScreenRoom): Line[] {
  const pixels = Uint8Array.from(outputs, (value) => Math.round(255 * Math.max(0, Math.min(1, value))));
  if (pixels.length !== rows * columns) return [[span("It gives an image back.")]];
  return [[span("It gives back:", bold)], ...picture(pixels, height >= 28 ? 28 : 14, level)];
}

function picture(pixels: Uint8Array, size: number, level: ColorLevel): Line[] {
  const side = Math.round(Math.sqrt(pixels.length));
  return halfBlockLines(scaleImage({ width: side, height: side, pixels }, size, size), level);
}

function hintLines({ drawing: { pen } }: Attempt, width: number): Line[] {
  const words = { up: "up: moves only", draws: "down: draws", erases: "down: erases" }[pen];
  const sign = pen === "up" ? "○" : "●";
  const color = pen === "erases" ? palette.wrong : palette.accent;
  return [
    [span(`${sign} pen ${words}`, { foreground: color })],
    ...wrapWords("space pen, x eraser, c clear, t test image, n next, p pause", width).map(
      (text): Line => [span(text, faint)],
    ),
  ];
}
