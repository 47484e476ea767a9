import { Box } from "ink";
import { type ReactNode, use, useMemo } from "react";
import { type Color, palette } from "../../drawing/color.ts";
import { formatCount } from "../../drawing/format.ts";
import { halfBlockLines } from "../../drawing/half-blocks.ts";
import { panel } from "../../drawing/panel.ts";
import { scaleImage } from "../../drawing/scale-image.ts";
import { bold, centerLine, faint, fitLine, type Line, span, wrapWords } from "../../drawing/styled-line.ts";
import type { NetworkView } from "../../run/inspection.ts";
import type { RunInfo, StepSample } from "../../run/protocol.ts";
import { classNamesOf } from "../class-names.ts";
import { outputLines } from "../outputs.ts";
import type { ScreenRoom } from "../results/results-screen.tsx";
import type { ScreenProps } from "../screen-props.ts";
import { guessOf } from "../state.ts";
import { ColorLevelContext, Lines } from "../theme.tsx";
import type { NetworkChoice } from "../view.ts";
import { layerBoxes } from "./layer-boxes.ts";
import { restingUnits, unitCount } from "./layer-facts.ts";
import { layerPanels, unitPanel } from "./layer-panels.ts";
import { chosenPlace } from "./parts.ts";

/** The screen Network: the layers, and of the chosen one its weights, what it gives, and the gradients. */
export function NetworkScreen({ state, info, view, width, height }: ScreenProps): ReactNode {
  const level = use(ColorLevelContext);
  const { network } = state.inspected;
  const lines = useMemo(
    () => networkLines(network, info, view.network, { width, height, level }),
    [network, info, view.network, width, height, level],
  );
  return (
    <Box flexDirection="column" width={width}>
      <Lines lines={lines} />
    </Box>
  );
}

/** Widths from which the boxes are wider, and the image has a column of its own. */
const wideFrom = 76;
const threeColumnsFrom = 100;
const boxesStayFrom = 140;
/** Height from which there is an image below the boxes. */
const imageFrom = 20;

/** The screen's lines: boxes at the left, the chosen layer in the middle, the image at the right where there is room. */
export function networkLines(
  network: NetworkView | undefined,
  info: RunInfo,
  choice: NetworkChoice,
  room: ScreenRoom,
): Line[] {
  const { width, height, level } = room;
  if (network === undefined) return emptyLines(room);
  const place = chosenPlace(network, choice.layer);
  const boxWidth = width < wideFrom ? 19 : width < threeColumnsFrom ? 26 : 29;
  const sideWidth = width < threeColumnsFrom ? 0 : 33;
  const middle = { width: width - boxWidth - sideWidth, height, level };
  const side = sideWidth === 0 ? [] : sideColumn(network, info, place, { width: sideWidth, height, level });
  // One unit in large takes the room of the boxes too, where there is not much.
  const hasBoxes = !choice.isLarge || width >= boxesStayFrom;
  const boxes = hasBoxes
    ? boxColumn(network, info, place, sideWidth === 0, { width: boxWidth, height, level })
    : [];
  const layer = choice.isLarge
    ? unitPanel(network, info, place, choice, middle, hasBoxes ? middle.width : middle.width + boxWidth)
    : layerPanels(network, info, place, choice, middle);
  return Array.from({ length: height }, (_, row) => [
    ...(hasBoxes ? fitLine(boxes[row] ?? [], boxWidth) : []),
    ...(layer[row] ?? []),
    ...(side[row] ?? []),
  ]);
}

function emptyLines({ width, height }: ScreenRoom): Line[] {
  const sentences = [
    "Nothing to see before the first step: it is the step that tells what each layer gives and what comes back.",
    "Space lets the run go on, the key . takes one step.",
  ];
  const lines = sentences.flatMap((text): Line[] => [
    ...wrapWords(text, Math.min(76, width - 4)).map((words): Line => [span(words)]),
    [],
  ]);
  return panel({ title: [span("network", bold)], width, height }, lines);
}

function boxColumn(
  network: NetworkView,
  info: RunInfo,
  place: number,
  hasImage: boolean,
  { width, height, level }: ScreenRoom,
): Line[] {
  if (!hasImage || height < imageFrom) return layerBoxes(network, place, width, height);
  const { sample } = network;
  const size = 14;
  const image = [
    ...picture(sample, size, level).map((line) => centerLine(line, width - 4)),
    centerLine(verdict(sample, info), width - 4),
  ];
  const imageHeight = image.length + 2;
  return [
    ...layerBoxes(network, place, width, height - imageHeight),
    ...panel({ title: [span(`image ${sample.index}`)], width, height: imageHeight }, image),
  ];
}

/** The image with its longer side of so many pixels. */
function picture({ rows, columns, pixels }: StepSample, size: number, level: ScreenRoom["level"]): Line[] {
  const scale = size / Math.max(rows, columns);
  const image = { width: columns, height: rows, pixels };
  return halfBlockLines(scaleImage(image, Math.round(columns * scale), Math.round(rows * scale)), level);
}

/** `is 7, says 7 ✓`; nothing where no class is said. */
function verdict(sample: StepSample, info: RunInfo): Line {
  const names = classNamesOf(info);
  const truth = names[sample.classIndex] ?? "";
  if (info.outputs === "image") return [span(truth)];
  const guess = guessOf(sample);
  const isRight = guess === sample.classIndex;
  return [
    span(`is ${truth}, says ${names[guess] ?? guess} `),
    span(isRight ? "✓" : "✗", { bold: true, foreground: isRight ? palette.right : palette.wrong }),
  ];
}

function sideColumn(
  network: NetworkView,
  info: RunInfo,
  place: number,
  { width, height, level }: ScreenRoom,
): Line[] {
  const { sample } = network;
  const inner = width - 4;
  const facts = layerFacts(network, place, inner);
  const factsHeight = facts.length + 2;
  const names = classNamesOf(info);
  const isImage = info.outputs === "image";
  const says = isImage ? [] : outputLines(sample, names, inner);
  // Within the frame, without what is said, or the words above the second image, and a blank line.
  const left = height - factsHeight - 2 - (isImage ? 1 : says.length) - 1;
  const room = isImage ? Math.floor(left / 2) : left;
  const size = room >= 14 ? 28 : room >= 7 ? 14 : 0;
  const image =
    size === 0 ? [] : [...picture(sample, size, level).map((line) => centerLine(line, inner)), []];
  return [
    ...panel(
      {
        title: [span(`image ${sample.index}`)],
        note: [span(names[sample.classIndex] ?? "", faint)],
        width,
        height: height - factsHeight,
      },
      [...image, ...says, ...(isImage ? givenBack(sample, size, inner, level) : [])],
    ),
    ...panel({ title: [span("this layer")], width, height: factsHeight }, facts),
  ];
}

/** The image that comes out, where one does. */
function givenBack(sample: StepSample, size: number, width: number, level: ScreenRoom["level"]): Line[] {
  const pixels = Uint8Array.from(sample.outputs, (value) =>
    Math.round(255 * Math.max(0, Math.min(1, value))),
  );
  return [
    [span("what it gives back:", faint)],
    ...picture({ ...sample, pixels }, size, level).map((line) => centerLine(line, width)),
  ];
}

function layerFacts(network: NetworkView, place: number, width: number): Line[] {
  const layer = network.layers[place];
  const resting = restingUnits(network, place);
  const line = (name: string, value: string): Line => [span(name.padEnd(13), faint), span(value)];
  if (layer === undefined) {
    return wrapWords("How each class's output would change with each pixel of this image.", width).map(
      (words): Line => [span(words)],
    );
  }
  const { parameters, trainable } = layer;
  return [
    line("name", layer.name),
    line("gives", layer.output.join(" x ")),
    line("parameters", formatCount(parameters)),
    line("trainable", formatCount(trainable)),
    ...(resting === undefined
      ? []
      : [
          restingLine("○ dead", resting.dead.size, unitCount(layer), palette.wrong),
          restingLine("■ saturated", resting.saturated.size, unitCount(layer), palette.loss),
        ]),
  ];
}

function restingLine(words: string, count: number, units: number, color: Color): Line {
  return [
    span(words.padEnd(13), count > 0 ? { foreground: color, bold: true } : faint),
    span(`${count} of ${units} units`),
  ];
}
