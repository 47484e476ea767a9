import { Box } from "ink";
import { type ReactNode, useMemo } from "react";
import { palette } from "../../drawing/color.ts";
import { formatCount } from "../../drawing/format.ts";
import {
  bold,
  faint,
  fitLine,
  type Line,
  lineWidth,
  plainText,
  type Segment,
  span,
  spreadLine,
  wrapWords,
} from "../../drawing/styled-line.ts";
import type { BackendChoice, BackendComparison } from "../../run/backend-comparison.ts";
import type { RunInfo } from "../../run/protocol.ts";
import type { ScreenProps } from "../screen-props.ts";
import { Lines } from "../theme.tsx";
import type { View } from "../view.ts";
import { afterPart, choiceOf, choiceWords, isUnderWay } from "./compare-choice.ts";
import { distancePanel, lossesPanel, type PartRoom, parametersPanel } from "./compare-panels.ts";
import { lowSide, sideColors, sidePanel, tallSide } from "./compare-sides.ts";
import { aboutWords, comparisonWords } from "./compare-words.ts";

/** The screen Compare: the same run on two backends side by side, how fast they are and where their weights part. */
export function CompareScreen({ state, info, view, width, height }: ScreenProps): ReactNode {
  const { comparison } = state.inspected;
  const { compare } = view;
  const lines = useMemo(
    () =>
      compareLines(
        comparison,
        { info, choice: choiceOf({ compare }, info), part: compare.part },
        width,
        height,
      ),
    [comparison, info, compare, width, height],
  );
  return (
    <Box flexDirection="column" width={width}>
      <Lines lines={lines} />
    </Box>
  );
}

/** What the screen shows beside the comparison. */
export interface CompareContext {
  readonly info: RunInfo;
  /** The other side of the next comparison. */
  readonly choice: BackendChoice;
  readonly part: View["compare"]["part"];
}

/** Least room for two panels beside each other, and below the sides for a table under them. */
const leastForTwo = 76;
const leastForAll = 19;
const leastForTall = 19;
/** Rows below the sides in the smallest terminal. */
const leastBelow = 9;

/** Exactly `height` lines of `width` cells. */
export function compareLines(
  comparison: BackendComparison | undefined,
  context: CompareContext,
  width: number,
  height: number,
): Line[] {
  const isTall = height >= leastForTall;
  const hasSides = comparison?.sides !== undefined;
  const top = [
    statusLine(comparison, context, width),
    ...sidePanels(comparison, context, width, isTall ? tallSide : lowSide),
    ...sentenceLines(comparison, width, hasSides ? (isTall ? 3 : 2) : leastBelow),
  ];
  const parts = partPanels(comparison, context.part, width, height - top.length);
  return [...top, ...parts];
}

/** Where the words take more lines than there are, the last sentence alone. */
function sentenceLines(comparison: BackendComparison | undefined, width: number, most: number): Line[] {
  const sentences = comparisonWords(comparison);
  const all = wrapWords(sentences.join(" "), width - 2);
  const lines = all.length <= most ? all : wrapWords(sentences.at(-1) ?? "", width - 2).slice(0, most);
  return lines.map((text) => fitLine([span(` ${text}`)], width));
}

/** What goes on, and what enter does. What has no room is left out: what the person can also find out elsewhere. */
function statusLine(comparison: BackendComparison | undefined, context: CompareContext, width: number): Line {
  const isOn = comparison !== undefined && isUnderWay(comparison);
  const { left, right } = isOn ? underWay(comparison) : atRest(comparison, context);
  const isRoomy = lineWidth([...left.needed, ...left.spare, ...right.needed, ...right.spare]) < width;
  return isRoomy
    ? spreadLine([...left.needed, ...left.spare], [...right.needed, ...right.spare], width)
    : spreadLine(left.needed, right.needed, width);
}

/** Both ends of the line, with what is left out where there is little room. */
interface Status {
  readonly left: { readonly needed: Line; readonly spare: Line };
  readonly right: { readonly needed: Line; readonly spare: Line };
}

function key(name: string): Segment {
  return span(name, { bold: true, foreground: palette.accent });
}

function underWay({ status, step, limit }: BackendComparison): Status {
  const doing =
    status === "preparing"
      ? "getting ready"
      : status === "measuring"
        ? "the test images"
        : `step ${formatCount(step)} of at most ${formatCount(limit.steps)}`;
  return {
    left: {
      needed: [span(" ▶ comparing  ", { bold: true, foreground: palette.right }), span(doing)],
      spare: [span("  the run waits", faint)],
    },
    right: { needed: [key("enter"), span(" stops it ", faint)], spare: [] },
  };
}

function atRest(comparison: BackendComparison | undefined, { choice }: CompareContext): Status {
  const sign = comparison?.status === "failed" ? "✗" : "■";
  const at = comparison?.sides === undefined ? "" : ` at step ${formatCount(comparison.step)}`;
  const status = comparison === undefined ? " " : ` ${sign} ${comparison.status}${at} `;
  const against = plainText(choiceWords(choice));
  return {
    left: { needed: [span(status, bold)], spare: [] },
    right: {
      needed: [key("enter"), span(" compares with ", faint), span(`${against} `)],
      spare: [key(" b d t"), span(" changes that ", faint)],
    },
  };
}

function sidePanels(
  comparison: BackendComparison | undefined,
  { info, choice }: CompareContext,
  width: number,
  height: number,
): Line[] {
  const [own, other] = comparison?.sides ?? [];
  const left = Math.ceil(width / 2);
  const tested = comparison?.tested ?? 0;
  const { name, dtype } = info.backend;
  const shared = { tested, height };
  const ownLines = sidePanel({
    ...shared,
    title: `${name} ${dtype}`,
    note: "the run's own",
    color: sideColors[0],
    side: own,
    rival: other,
    width: left,
  });
  const { backend } = other ?? {};
  const otherLines = sidePanel({
    ...shared,
    title:
      backend === undefined ? choiceWords(comparison?.choice ?? choice) : `${backend.name} ${backend.dtype}`,
    note: "the other",
    color: sideColors[1],
    side: other,
    rival: own,
    width: width - left,
  });
  return ownLines.map((line, row) => [...line, ...otherLines[row]]);
}

const panels = { distance: distancePanel, losses: lossesPanel, parameters: parametersPanel };

function partPanels(
  comparison: BackendComparison | undefined,
  part: View["compare"]["part"],
  width: number,
  height: number,
): Line[] {
  if (comparison?.sides === undefined) return aboutLines(width, height);
  const hint = "a switches";
  const panelOf = (name: keyof typeof panels, room: Omit<PartRoom, "hint">, own: string = ""): Line[] =>
    panels[name](comparison, { ...room, hint: own });
  if (width < leastForTwo) return panelOf(part, { width, height }, hint);
  const left = Math.ceil(width / 2);
  const beside = (first: keyof typeof panels, rows: number, own: string = ""): Line[] => {
    const lines = panelOf(first, { width: left, height: rows });
    const others = panelOf(afterPart[first], { width: width - left, height: rows }, own);
    return lines.map((line, row) => [...line, ...others[row]]);
  };
  if (height < leastForAll) return beside(part, height, hint);
  const table = Math.min(comparison.parameters.length + 3, Math.floor(height / 2));
  return [...beside("distance", height - table), ...panelOf("parameters", { width, height: table })];
}

/** Why weights part, in as many paragraphs as there is room for. */
function aboutLines(width: number, height: number): Line[] {
  const lines: string[] = [];
  for (const text of aboutWords) {
    const paragraph = ["", ...wrapWords(text, Math.min(76, width - 2))];
    if (lines.length + paragraph.length <= height) lines.push(...paragraph);
  }
  return Array.from({ length: Math.max(0, height) }, (_, row) =>
    fitLine([span(` ${lines[row] ?? ""}`, faint)], width),
  );
}
