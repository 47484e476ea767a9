import { Box } from "ink";
import { type ReactNode, use } from "react";
import { type ColorLevel, palette } from "../../drawing/color.ts";
import { halfBlockLines } from "../../drawing/half-blocks.ts";
import { panel } from "../../drawing/panel.ts";
import { scaleImage } from "../../drawing/scale-image.ts";
import { centerLine, faint, type Line, span } from "../../drawing/styled-line.ts";
import type { RunInfo, StepSample } from "../../run/protocol.ts";
import { areDigits, classNamesOf, shortName } from "../class-names.ts";
import { accuracyPanel, lossPanel } from "../curve-panels.ts";
import { givenBackPanel } from "../given-back.ts";
import { mostClasses, outputLines } from "../outputs.ts";
import type { ScreenProps } from "../screen-props.ts";
import { type DashboardState, guessOf } from "../state.ts";
import { ColorLevelContext, Lines } from "../theme.tsx";
import { summaryLines } from "./summary.ts";
import { recentGrid, recentRows, type TrainLayout, trainLayout } from "./train-layout.ts";

/** The screen Train: how accuracy and loss go, and what the network says about the current image. */
export function TrainScreen({ state, info, width, height }: ScreenProps): ReactNode {
  const level = use(ColorLevelContext);
  const sample = state.samples[0];
  const { steps, testCount } = info;
  const layout = trainLayout(width, height, Math.min(mostClasses, info.digits.length), sample?.columns ?? 28);
  // Of a network that gives images back there is no accuracy.
  const isImage = info.outputs === "image";
  const lossHeight = isImage ? height : layout.lossHeight;
  return (
    <Box>
      <Box flexDirection="column" width={layout.chartWidth}>
        <Lines
          lines={
            isImage
              ? []
              : accuracyPanel(
                  state,
                  { width: layout.chartWidth, height: layout.accuracyHeight, steps },
                  level,
                  [span(`of ${testCount.toLocaleString("en-US")} test images`, faint)],
                )
          }
        />
        <Lines lines={lossPanel(state, { width: layout.chartWidth, height: lossHeight, steps })} />
      </Box>
      <Box flexDirection="column" width={layout.sideWidth}>
        <Lines lines={sideLines(state, info, layout, height, level)} />
      </Box>
    </Box>
  );
}

function sideLines(
  state: DashboardState,
  info: RunInfo,
  layout: TrainLayout,
  height: number,
  level: ColorLevel,
): Line[] {
  const { sideWidth: width } = layout;
  const isImage = info.outputs === "image";
  if (state.end === undefined && isImage) return givenBackPanel(state.samples[0], width, height, level);
  if (state.end === undefined) {
    return [
      ...imagePanel(state.samples[0], info, layout, level),
      ...recentPanel("before it", state.samples.slice(1), info, width, layout.recentHeight, level),
    ];
  }
  const summary = summaryLines(state.end, info, width - 4);
  const left = height - summary.length - 2;
  const galleryHeight = left >= recentRows + 2 ? left : 0;
  const result = panel({ title: [span("result")], width, height: height - galleryHeight }, summary);
  if (isImage && galleryHeight > 0) {
    return [...result, ...givenBackPanel(state.samples[0], width, galleryHeight, level)];
  }
  return [...result, ...recentPanel("the last images", state.samples, info, width, galleryHeight, level)];
}

function imagePanel(
  sample: StepSample | undefined,
  info: RunInfo,
  layout: TrainLayout,
  level: ColorLevel,
): Line[] {
  const { sideWidth: width, imagePanelHeight: height, imageSize } = layout;
  const inner = width - 4;
  if (sample === undefined) {
    return panel({ title: [span("image")], width, height }, [[span("before the first step", faint)]]);
  }
  const image = { width: sample.columns, height: sample.rows, pixels: sample.pixels };
  const rows =
    imageSize === 0 ? [] : [...halfBlockLines(scaleImage(image, imageSize, imageSize), level), [] as Line];
  const content = [
    ...rows.map((row) => centerLine(row, inner)),
    ...outputLines(sample, classNamesOf(info), inner),
  ];
  const blank = Array.from(
    { length: Math.max(0, Math.floor((height - 2 - content.length) / 2)) },
    (): Line => [],
  );
  const name = classNamesOf(info)[sample.classIndex] ?? sample.classIndex;
  return panel(
    {
      title: [span(`image ${sample.index}`)],
      note: [span(areDigits(info) ? `a ${name}` : `${name}`, faint)],
      width,
      height,
    },
    [...blank, ...content],
  );
}

/** Small images, newest first, each with a sign for what the network guessed; nothing for a height of 0. */
function recentPanel(
  title: string,
  samples: readonly StepSample[],
  info: RunInfo,
  width: number,
  height: number,
  level: ColorLevel,
): Line[] {
  if (height === 0) return [];
  const { size, across, down } = recentGrid(width - 4, height - 2);
  const lines: Line[] = [];
  for (let first = 0; first < across * down; first += across) {
    const images = samples
      .slice(first, first + across)
      .map((sample) => recentImage(sample, info, size, level));
    for (let row = 0; row < size / 2 + 1; row++) {
      lines.push(images.flatMap((image): Line => [...(image[row] ?? []), span(" ")]).slice(0, -1));
    }
  }
  return panel({ title: [span(title)], width, height }, lines);
}

/** `size / 2` lines of `size` cells, and one that says what the network said. */
function recentImage(sample: StepSample, info: RunInfo, size: number, level: ColorLevel): Line[] {
  const image = { width: sample.columns, height: sample.rows, pixels: sample.pixels };
  const guess = guessOf(sample);
  const isRight = guess === sample.classIndex;
  const name = classNamesOf(info)[guess] ?? String(guess);
  const says = `${isRight ? "✓" : "✗"} ${areDigits(info) ? `says ${name}` : shortName(name, size - 2)}`;
  const style = { bold: true, foreground: isRight ? palette.right : palette.wrong };
  return [...halfBlockLines(scaleImage(image, size, size), level), centerLine([span(says, style)], size)];
}
