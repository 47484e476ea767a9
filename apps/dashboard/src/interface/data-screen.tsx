import { Box } from "ink";
import { type ReactNode, use, useMemo } from "react";
import { type ColorLevel, palette } from "../drawing/color.ts";
import { contactSheet } from "../drawing/contact-sheet.ts";
import { formatCount } from "../drawing/format.ts";
import { halfBlockLines } from "../drawing/half-blocks.ts";
import { panel } from "../drawing/panel.ts";
import {
  bold,
  centerLine,
  faint,
  fitLine,
  type Line,
  plainText,
  span,
  spreadLine,
} from "../drawing/styled-line.ts";
import type { RunInfo } from "../run/protocol.ts";
import { countBars, countColumn, countRows } from "./class-counts.ts";
import { areDigits, chosenInWords } from "./class-names.ts";
import {
  countsColumnWidth,
  countsPanelHeight,
  type DataLayout,
  dataLayout,
  sheetSide,
} from "./data-layout.ts";
import type { ScreenProps } from "./screen-props.ts";
import { ColorLevelContext, Lines } from "./theme.tsx";
import type { SheetChoice, View } from "./view.ts";

/** The screen Data: the first hundred images of all classes and of the chosen ones, and how many there are. */
export function DataScreen({ info, view, width, height }: ScreenProps): ReactNode {
  const level = use(ColorLevelContext);
  const { sheet, page } = view;
  const lines = useMemo(() => {
    const layout = dataLayout(width, height);
    return layout.sheets === 2
      ? bothSheets(info, layout, width, height, level)
      : oneSheet(info, layout, { sheet, page }, width, level);
  }, [info, width, height, level, sheet, page]);
  return (
    <Box flexDirection="column" width={width}>
      <Lines lines={lines} />
    </Box>
  );
}

function bothSheets(
  info: RunInfo,
  layout: DataLayout,
  width: number,
  height: number,
  level: ColorLevel,
): Line[] {
  const left = Math.floor(width / 2);
  const sheetHeight = height - countsPanelHeight;
  const sheets = (["all", "chosen"] as const).map((choice, index) => {
    const outer = index === 0 ? left : width - left;
    const rows = sheetLines(info, choice, layout, 0, level);
    const blank = Math.max(0, Math.floor((sheetHeight - 2 - rows.length) / 2));
    return panel({ title: [span(titleOf(info, choice), bold)], width: outer, height: sheetHeight }, [
      ...Array.from({ length: blank }, (): Line => []),
      ...rows.map((row) => centerLine(row, outer - 4)),
    ]);
  });
  const [all = [], chosen = []] = sheets;
  const total = info.classCounts.reduce((sum, count) => sum + count, 0);
  return [
    ...all.map((line, row) => [...line, ...(chosen[row] ?? [])]),
    ...panel(
      {
        title: [
          span(`images of each ${areDigits(info) ? "digit" : "class"}`),
          span(` ${formatCount(total)} in the training file`, faint),
        ],
        note: [span(plainText(info.dataSource), faint)],
        width,
        height: countsPanelHeight,
      },
      countBars(info, width - 4),
    ),
  ];
}

function oneSheet(
  info: RunInfo,
  layout: DataLayout,
  view: Pick<View, "sheet" | "page">,
  width: number,
  level: ColorLevel,
): Line[] {
  const pages = Math.ceil(sheetSide / layout.rowsShown);
  const page = ((view.page % pages) + pages) % pages;
  const firstRow = page * layout.rowsShown;
  const rows = sheetLines(info, view.sheet, layout, firstRow, level);
  const lastRow = Math.min(sheetSide, firstRow + layout.rowsShown);
  const part: Line =
    pages === 1 ? [] : [span(`rows ${firstRow + 1}-${lastRow} of ${sheetSide}`, faint), ...hint("↓", "more")];
  const title = spreadLine(
    [span(` ${titleOf(info, view.sheet, width < 70 ? "short" : "full")}`, bold)],
    [...part, ...hint("a", "switch"), span(" ")],
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

function sheetLines(
  info: RunInfo,
  choice: SheetChoice,
  layout: DataLayout,
  firstRow: number,
  level: ColorLevel,
): Line[] {
  const rowCount = Math.min(layout.rowsShown, sheetSide - firstRow);
  const image = contactSheet(info.sheets[choice], {
    across: sheetSide,
    firstRow,
    rowCount,
    size: layout.size,
  });
  return halfBlockLines(image, level);
}

/** Characters that name the chosen classes; more would push out what stands beside them. */
const longestTitle = 40;

function titleOf(info: RunInfo, choice: SheetChoice, length: "short" | "full" = "full"): string {
  const all = areDigits(info) ? "all digits" : `all of ${info.dataSet}`;
  const which = choice === "all" ? all : chosenInWords(info, longestTitle);
  return length === "short" ? which : `${which}, the first ${info.sheets[choice].count}`;
}

function hint(key: string, words: string): Line {
  return [span("  "), span(key, { bold: true, foreground: palette.accent }), span(` ${words}`, faint)];
}
