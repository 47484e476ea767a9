import { Box } from "ink";
import { type ReactNode, use, useMemo } from "react";
import { type ColorLevel, palette } from "../../drawing/color.ts";
import { formatCount, formatPercent } from "../../drawing/format.ts";
import { panel } from "../../drawing/panel.ts";
import { bold, faint, type Line, lineWidth, span, wrapWords } from "../../drawing/styled-line.ts";
import type { RunInfo } from "../../run/protocol.ts";
import type { Reconstructions, RunResults } from "../../run/results.ts";
import type { ScreenProps } from "../screen-props.ts";
import { ColorLevelContext, Lines } from "../theme.tsx";
import type { View } from "../view.ts";
import { confusionLegend, confusionTable, confusionWidths } from "./confusion-table.ts";
import { cardsFrom, galleryLayout, galleryLines } from "./gallery.ts";
import { mistakeCard, mistakeLines, reconstructionCard, reconstructionLines } from "./mistake-gallery.ts";
import { scoreColumns, scoreTable, scoreTableWidth, scoreWords } from "./score-table.ts";

/** The screen Results: what the network mixes up, how well it knows each class, and its worst mistakes. */
export function ResultsScreen({ state, info, view, width, height }: ScreenProps): ReactNode {
  const level = use(ColorLevelContext);
  const results = state.inspected.results ?? state.results;
  const { page, section, mistake } = view;
  const lines = useMemo(
    () => resultsLines(results, info, { page, section, mistake }, { width, height, level }),
    [results, info, page, section, mistake, width, height, level],
  );
  return (
    <Box flexDirection="column" width={width}>
      <Lines lines={lines} />
    </Box>
  );
}

/** The room of a screen, and the colours that it has. */
export interface ScreenRoom {
  readonly width: number;
  readonly height: number;
  readonly level: ColorLevel;
}

type Choice = Pick<View, "page" | "section" | "mistake">;

/** Classes that are shown at once; more scroll. */
const mostClasses = 10;
/** Rows of a gallery of small pictures in its frame, and cells of the legend below a matrix. */
const leastGallery = 12;
const legendWidth = 30;

/** The screen's lines: all three parts where they fit, else the one that was chosen. */
export function resultsLines(
  results: RunResults | undefined,
  info: RunInfo,
  choice: Choice,
  room: ScreenRoom,
): Line[] {
  const { width, height } = room;
  if (results?.reconstructions !== undefined) {
    return reconstructionsPanel(results.step, results.reconstructions, info, choice, room);
  }
  if (results === undefined || results.confusion.length === 0) return sentences(emptySentences, room);
  const count = Math.min(mostClasses, results.classes.length);
  const { name, cell } = confusionWidths(results);
  const columns = results.classes.length > count ? count + 1 : count;
  const matrixWidth = Math.max(legendWidth, name + columns * cell) + 4;
  const topHeight = count + 5;
  if (width < matrixWidth + scoreTableWidth + 4 || height < topHeight + leastGallery) {
    const part = { confusion: confusionPanel, scores: scoresPanel, mistakes: mistakesPanel }[choice.section];
    return part(results, info, choice, room, true);
  }
  const panelOf = (panel: typeof scoresPanel, panelWidth: number, panelHeight: number): Line[] =>
    panel(results, info, choice, { ...room, width: panelWidth, height: panelHeight }, false);
  const left = panelOf(confusionPanel, matrixWidth, topHeight);
  const right = panelOf(scoresPanel, width - matrixWidth, topHeight);
  return [
    ...left.map((line, row) => [...line, ...(right[row] ?? [])]),
    ...panelOf(mistakesPanel, width, height - topHeight),
  ];
}

function confusionPanel(
  results: RunResults,
  info: RunInfo,
  { page }: Choice,
  { width, height, level }: ScreenRoom,
  isAlone: boolean,
): Line[] {
  const { name, cell } = confusionWidths(results);
  const classes = results.classes.length;
  const fits = (columns: number): number => Math.min(columns, height - 4, mostClasses);
  const all = Math.floor((width - 4 - name) / cell);
  const count = classes <= fits(all) ? classes : Math.max(1, fits(all - 1));
  const { first, words } = partOf(classes, count, page);
  const part = { first, count: Math.min(count, classes - first) };
  const table = confusionTable(results, part, level);
  // Where there is room beside the matrix, what it comes to for each class.
  const used = Math.max(0, ...table.map(lineWidth));
  const scores = isAlone ? scoreColumns(results, part, width - 4 - used) : [];
  return panel(
    {
      title: [span("confusion", bold)],
      note: note(words, isAlone, results, info),
      width,
      height,
    },
    [
      ...table.map((line, row) => [...line, ...(scores[row] ?? [])]),
      [span("row: what it is, column: says", faint)],
      confusionLegend,
      ...(isAlone ? [[], [span(measuredWords(results, info))], [], ...meaningLines] : []),
    ],
  );
}

function scoresPanel(
  results: RunResults,
  info: RunInfo,
  { page }: Choice,
  { width, height }: ScreenRoom,
  isAlone: boolean,
): Line[] {
  const classes = results.classes.length;
  const count = Math.min(classes, mostClasses, height - 4);
  const { first, words } = partOf(classes, count, page);
  const table = scoreTable(results, first, Math.min(count, classes - first));
  const isRoomy = table.length + 1 + meaningLines.length <= height - 2;
  return panel(
    {
      title: [span("each class, in percent", bold)],
      note: note(words, isAlone, results, info),
      width,
      height,
    },
    isRoomy ? [...table, [], ...meaningLines] : table,
  );
}

function mistakesPanel(
  results: RunResults,
  info: RunInfo,
  { mistake }: Choice,
  { width, height, level }: ScreenRoom,
  isAlone: boolean,
): Line[] {
  const layout = galleryLayout(width - 4, height - 2, mistakeCard);
  const { shown, words } = cardsFrom(results.mistakes, mistake, layout);
  const lines =
    shown.length === 0
      ? [[span("✓ It makes no mistake on the test images.", { foreground: palette.right })]]
      : galleryLines(
          shown.map((card) => mistakeLines(card, results, layout, level)),
          layout,
        );
  return panel(
    { title: [span("the worst mistakes", bold)], note: note(words, isAlone, results, info), width, height },
    lines,
  );
}

function reconstructionsPanel(
  step: number,
  { count, meanError, worst }: Reconstructions,
  { labelNames }: RunInfo,
  { mistake }: Choice,
  { width, height, level }: ScreenRoom,
): Line[] {
  const measured = `step ${formatCount(step)}: mean squared error ${meanError.toFixed(4)} of ${formatCount(count)} images`;
  const layout = galleryLayout(width - 4, height - 4, reconstructionCard);
  const { shown, words } = cardsFrom(worst, mistake, layout);
  return panel(
    { title: [span("what it gives back worst", bold)], note: [span(words, faint)], width, height },
    [
      [span(measured), span("; what went in, what came out", faint)],
      [],
      ...galleryLines(
        shown.map((card) => reconstructionLines(card, labelNames, layout, level)),
        layout,
      ),
    ],
  );
}

/** The part of the classes on a page, which is counted on without end. */
function partOf(classes: number, count: number, page: number): { first: number; words: string } {
  const pages = Math.ceil(classes / count);
  const first = (((page % pages) + pages) % pages) * count;
  return {
    first,
    words: pages === 1 ? "" : `${first + 1}-${Math.min(classes, first + count)} of ${classes}, ↓`,
  };
}

/** What stands in the border at the right: where one is, how to get on, or else what was measured. */
function note(words: string, isAlone: boolean, results: RunResults, info: RunInfo): Line {
  const parts = [words, isAlone ? "a switches" : words === "" ? measuredWords(results, info) : ""].filter(
    (part) => part !== "",
  );
  return [span(parts.join("  "), faint)];
}

/** `step 20: 97.8 % of 1,000` */
function measuredWords({ confusion, step }: RunResults, { testCount }: RunInfo): string {
  const total = confusion.flat().reduce((sum, count) => sum + count, 0);
  const right = confusion.reduce((sum, row, index) => sum + (row[index] ?? 0), 0);
  return `step ${formatCount(step)}: ${formatPercent(total === 0 ? 0 : right / total)} of ${formatCount(testCount)}`;
}

const meaningLines: readonly Line[] = scoreWords.map((text): Line => [span(text, faint)]);

const emptySentences = [
  "No results yet: the test images are shown to the network after its first steps.",
] as const;

function sentences(texts: readonly string[], { width, height }: ScreenRoom): Line[] {
  const lines = texts.flatMap((text): Line[] => [
    ...wrapWords(text, Math.min(76, width - 4)).map((words): Line => [span(words)]),
    [],
  ]);
  return panel({ title: [span("results", bold)], width, height }, lines);
}
