import { Box } from "ink";
import { type ReactNode, use, useMemo } from "react";
import { palette } from "../../drawing/color.ts";
import { halfBlockLines } from "../../drawing/half-blocks.ts";
import { scaleImage } from "../../drawing/scale-image.ts";
import { faint, fitLine, type Line, span, wrapWords } from "../../drawing/styled-line.ts";
import type { Prediction } from "../../run/inspection.ts";
import type { RunInfo } from "../../run/protocol.ts";
import { areDigits, classNamesOf } from "../class-names.ts";
import type { ScreenRoom } from "../results/results-screen.tsx";
import type { ScreenProps } from "../screen-props.ts";
import { ColorLevelContext, Lines } from "../theme.tsx";
import type { Attempt } from "../view.ts";
import { pixelsOnPad } from "./drawing-pad.ts";
import { guessLines } from "./guess-lines.ts";
import { padLines } from "./pad-lines.ts";
import { padLayout } from "./try-layout.ts";

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

/** Cells between the pad and what stands beside it. */
const gap = 3;

/** The screen's lines: the pad at the left, what the network makes of it at the right. */
export function tryLines(
  attempt: Attempt,
  prediction: Prediction | undefined,
  info: RunInfo,
  { width, height, level }: ScreenRoom,
): Line[] {
  const { scale, width: padWidth, left, top } = padLayout({ width, height });
  const sideWidth = width - left - padWidth - gap;
  const shown = shownTestImage(attempt, prediction);
  const pad = padLines(shown === undefined ? attempt.drawing : { ...shown, ...noPen }, scale, level);
  const title =
    attempt.testImage === undefined ? "draw here" : testImageTitle(attempt.testImage, shown, info);
  const side = sideLines(attempt, prediction, info, { width: sideWidth, height, level });
  return Array.from({ length: Math.min(height, Math.max(pad.length + top, side.length)) }, (_, row) => [
    span(" ".repeat(left)),
    ...fitLine(row < top ? [span(title, faint)] : (pad[row - top] ?? []), padWidth),
    span(" ".repeat(gap)),
    ...fitLine(side[row] ?? [], sideWidth),
  ]);
}

/** A test image on the pad, and its class. */
interface ShownTestImage {
  readonly pixels: Uint8Array;
  readonly classIndex: number;
}

const noPen = { x: -1, y: -1, pen: "up" } as const;

/** The test image that is wanted, once the network has seen it. */
function shownTestImage(attempt: Attempt, prediction: Prediction | undefined): ShownTestImage | undefined {
  if (prediction?.testImage === undefined || prediction.testImage.index !== attempt.testImage)
    return undefined;
  return { pixels: pixelsOnPad(prediction), classIndex: prediction.testImage.classIndex };
}

function testImageTitle(index: number, shown: ShownTestImage | undefined, info: RunInfo): string {
  if (shown === undefined) return `test image ${index}`;
  const name = classNamesOf(info)[shown.classIndex] ?? "";
  return `test image ${index}: ${areDigits(info) ? `a ${name}` : name}`;
}

function sideLines(
  attempt: Attempt,
  prediction: Prediction | undefined,
  info: RunInfo,
  room: ScreenRoom,
): Line[] {
  const { height, width } = room;
  const hints = hintLines(attempt, width);
  if (prediction === undefined || prediction.outputs.length === 0) {
    const words = wrapWords("Draw a digit: space puts the pen down, the arrows move it.", width);
    return [...words.map((text): Line => [span(text)]), [], ...hints].slice(0, height);
  }
  const says = info.outputs === "image" ? [] : [...guessLines(prediction, info, width), []];
  const pictures = pictureLines(attempt, prediction, info, {
    ...room,
    height: height - says.length - hints.length - 1,
  });
  return [...says, ...pictures, ...hints].slice(0, height);
}

/** What the network saw, and the image that it gives back, if it does; as large as there is room for. */
function pictureLines(
  { testImage }: Attempt,
  prediction: Prediction,
  { outputs }: RunInfo,
  { width, height, level }: ScreenRoom,
): Line[] {
  const seen: Picture = { title: "what it sees", pixels: prediction.pixels };
  const made: Picture[] =
    outputs === "image" ? [{ title: "what it gives back", pixels: greysOf(prediction) }] : [];
  // A test image is on the pad already.
  const wanted = testImage !== undefined && made.length === 0 ? [] : [seen, ...made];
  // Where two are too many, the drawing stands on the pad.
  const shown = wanted.length > 1 && width < 2 * titleWidth ? made : wanted;
  const across = shown.length > 1 ? Math.floor(width / 2) - 1 : width;
  const size = pictureSizes.find((side) => side <= across && side / 2 < height);
  if (size === undefined || shown.length === 0) return [];
  const { rows, columns } = prediction;
  const pictures = shown.map(({ title, pixels }) =>
    [
      [span(title, faint)],
      ...halfBlockLines(scaleImage({ width: columns, height: rows, pixels }, size, size), level),
    ].map((line) => fitLine(line, Math.max(size + 2, titleWidth))),
  );
  return [
    ...Array.from({ length: size / 2 + 1 }, (_, row) => pictures.flatMap((lines) => lines[row] ?? [])),
    [],
  ];
}

interface Picture {
  readonly title: string;
  readonly pixels: Uint8Array;
}

/** Pixels across of a picture beside the pad, and cells of its title. */
const pictureSizes = [56, 28, 14] as const;
const titleWidth = 19;

function greysOf({ outputs }: Prediction): Uint8Array {
  return Uint8Array.from(outputs, (value) => Math.round(255 * Math.max(0, Math.min(1, value))));
}

function hintLines({ drawing: { pen }, testImage }: Attempt, width: number): Line[] {
  const words = { up: "up: moves only", draws: "down: draws", erases: "down: erases" }[pen];
  const sign = pen === "up" ? "○" : "●";
  const color = pen === "erases" ? palette.wrong : palette.accent;
  const keys =
    testImage === undefined
      ? "space pen, x eraser, or the mouse; c clears"
      : "n next, b before; d draws on it; c leaves it";
  return [
    ...(testImage === undefined ? [[span(`${sign} pen ${words}`, { foreground: color })]] : []),
    ...wrapWords(keys, width).map((text): Line => [span(text, faint)]),
  ];
}
