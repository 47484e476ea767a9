import { Box } from "ink";
import { type ReactNode, use, useMemo } from "react";
import { type ColorLevel, palette } from "../../drawing/color.ts";
import { contactSheet } from "../../drawing/contact-sheet.ts";
import { formatCount } from "../../drawing/format.ts";
import { halfBlockLines } from "../../drawing/half-blocks.ts";
import { panel } from "../../drawing/panel.ts";
import {
  bold,
  centerLine,
  faint,
  fitLine,
  type Line,
  plainText,
  span,
  spreadLine,
} from "../../drawing/styled-line.ts";
import { tintPart } from "../../drawing/tint.ts";
import type { Inspected } from "../../run/inspection.ts";
import type { RunInfo } from "../../run/protocol.ts";
import { areDigits } from "../class-names.ts";
import type { ScreenRoom } from "../results/results-screen.tsx";
import type { ScreenProps } from "../screen-props.ts";
import { ColorLevelContext, Lines } from "../theme.tsx";
import type { SheetChoice, View } from "../view.ts";
import { countBars, countColumn, countRows } from "./class-counts.ts";
import { imageCount, imagesFrom, imageWords, sheetName } from "./data-images.ts";
import {
  countsColumnWidth,
  countsPanelHeight,
  type DataLayout,
  dataLayout,
  firstShown,
  sheetSide,
} from "./data-layout.ts";
import { largeImage } from "./large-image.ts";

/** The screen Data: sheets of images of all classes and of the chosen ones, how many there are, and one image large. */
export function DataScreen({ state, info, view, width, height }: ScreenProps): ReactNode {
  const level = use(ColorLevelContext);
  const { images } = state.inspected;
  const { sheet, chosenImage, isLarge } = view;
  const lines = useMemo(
    () => dataLines({ info, images, view: { sheet, chosenImage, isLarge } }, { width, height, level }),
    [info, images, sheet, chosenImage, isLarge, width, height, level],
  );
  return (
    <Box flexDirection="column" width={width}>
      <Lines lines={lines} />
    </Box>
  );
}

/** What there is to be shown. */
interface Shown {
  readonly info: RunInfo;
  readonly images: Inspected["images"];
  readonly view: Pick<View, "sheet" | "chosenImage" | "isLarge">;
}

/** The screen's lines: the chosen image large, or both sheets where they fit, else the one that was chosen. */
export function dataLines(shown: Shown, room: ScreenRoom): Line[] {
  const { width, height } = room;
  if (shown.view.isLarge) return imageLines(shown, room);
  const layout = dataLayout(width, height);
  return layout.sheets === 2 ? bothSheets(shown, layout, room) : oneSheet(shown, layout, room);
}

function imageLines(shown: Shown, room: ScreenRoom): Line[] {
  const { info, images, view } = shown;
  const { rows, columns, pixels, count } = imagesFrom(
    info,
    images,
    view.sheet,
    view.chosenImage[view.sheet],
    1,
  );
  const image = { rows, columns, pixels: count === 1 ? pixels : new Uint8Array(rows * columns) };
  return largeImage(image, `${nameOf(info, view.sheet)}, ${chosenOf(shown)}`, room);
}

function bothSheets(shown: Shown, layout: DataLayout, { width, height, level }: ScreenRoom): Line[] {
  const { info, view } = shown;
  const left = Math.floor(width / 2);
  const sheetHeight = height - countsPanelHeight;
  const sheets = (["all", "chosen"] as const).map((choice, index) => {
    const outer = index === 0 ? left : width - left;
    const rows = sheetLines(shown, choice, layout, level);
    const blank = Math.max(0, Math.floor((sheetHeight - 2 - rows.length) / 2));
    const isChosen = choice === view.sheet;
    return panel(
      {
        title: [
          span(nameOf(info, choice), isChosen ? { bold: true, foreground: palette.accent } : bold),
          span(` ${rangeOf(shown, choice, layout)}`, faint),
        ],
        note: isChosen ? [span(chosenOf(shown), faint)] : hint("a", "other sheet"),
        width: outer,
        height: sheetHeight,
      },
      [...Array.from({ length: blank }, (): Line => []), ...rows.map((row) => centerLine(row, outer - 4))],
    );
  });
  const [all = [], chosen = []] = sheets;
  return [
    ...all.map((line, row) => [...line, ...(chosen[row] ?? [])]),
    ...panel(
      {
        title: [
          span(`images of each ${areDigits(info) ? "digit" : "class"}`),
          span(` ${formatCount(imageCount(info, "all"))} in the training file`, faint),
        ],
        note: [span(plainText(info.dataSource), faint)],
        width,
        height: countsPanelHeight,
      },
      countBars(info, width - 4),
    ),
  ];
}

function oneSheet(shown: Shown, layout: DataLayout, { width, level }: ScreenRoom): Line[] {
  const { info, view } = shown;
  const rows = sheetLines(shown, view.sheet, layout, level);
  const title = spreadLine(
    [span(` ${nameOf(info, view.sheet)}`, bold), span(` ${rangeOf(shown, view.sheet, layout)}`, faint)],
    [span(chosenOf(shown), faint), span(" ")],
    width,
  );
  if (layout.counts === "lines") {
    return [title, ...rows.map((row) => centerLine(row, width)), [], ...countRows(info, width)];
  }
  const sheetWidth = width - countsColumnWidth;
  const column = countColumn(info, Math.max(rows.length, 11));
  const height = Math.max(rows.length, column.length);
  return [
    title,
    ...Array.from({ length: height }, (_, row) => [
      ...centerLine(rows[row] ?? [], sheetWidth),
      ...fitLine(column[row] ?? [], countsColumnWidth),
    ]),
  ];
}

/** The sheet with the chosen image, which is tinted where keys move it. */
function sheetLines(
  { info, images, view }: Shown,
  choice: SheetChoice,
  layout: DataLayout,
  level: ColorLevel,
): Line[] {
  const { size, rowsShown } = layout;
  const place = view.chosenImage[choice];
  const from = firstShown(place, layout);
  const part = imagesFrom(info, images, choice, from, rowsShown * sheetSide);
  const sheet = contactSheet(part, { across: sheetSide, firstRow: 0, rowCount: rowsShown, size });
  const lines = halfBlockLines(sheet, level);
  if (choice !== view.sheet) return lines;
  const left = ((place - from) % sheetSide) * size;
  const top = Math.floor((place - from) / sheetSide) * size;
  return tintPart(lines, { left, right: left + size, top, bottom: top + size }, level);
}

/** `0-99 of 60,000` */
function rangeOf({ info, view }: Shown, choice: SheetChoice, layout: DataLayout): string {
  const count = imageCount(info, choice);
  const first = firstShown(view.chosenImage[choice], layout);
  const last = Math.min(count, first + layout.rowsShown * sheetSide) - 1;
  return `${formatCount(first)}-${formatCount(last)} of ${formatCount(count)}`;
}

/** `image 12: a 9` */
function chosenOf({ info, images, view }: Shown): string {
  return imageWords(info, images, view.sheet, view.chosenImage[view.sheet]);
}

/** Characters that name the chosen classes; more would push out what stands beside them. */
const longestName = 30;

function nameOf(info: RunInfo, choice: SheetChoice): string {
  return sheetName(info, choice, longestName);
}

function hint(key: string, words: string): Line {
  return [span(key, { bold: true, foreground: palette.accent }), span(` ${words}`, faint)];
}
