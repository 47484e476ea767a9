import { bigDigits } from "../../drawing/big-digits.ts";
import { palette } from "../../drawing/color.ts";
import { formatCount, formatDuration, formatLoss, formatPercent } from "../../drawing/format.ts";
import { bold, faint, type Line, span, wrapWords } from "../../drawing/styled-line.ts";
import type { RunInfo } from "../../run/protocol.ts";
import type { RunEnd } from "../state.ts";

/** What the final accuracy means, in one sentence. */
export function meaningOf(accuracy: number, info: Pick<RunInfo, "testCount" | "testIsUnseen">): string {
  const right = Math.round(accuracy * info.testCount);
  const wrong = info.testCount - right;
  return (
    `Of ${formatCount(info.testCount)} test images${info.testIsUnseen ? " that the network had never seen" : ""}, it recognised ` +
    `${formatCount(right)} and mistook ${formatCount(wrong)}.`
  );
}

/** The lines of the summary that the run ends on, at most `width` cells wide. */
export function summaryLines(end: RunEnd, info: RunInfo, width: number): Line[] {
  const lines: Line[] = [];
  if (end.accuracy !== undefined) {
    const figure = formatPercent(end.accuracy);
    const style = { bold: true, foreground: palette.accuracy };
    lines.push(...bigDigits(figure).map((text): Line => [span(text, style)]), []);
    lines.push(...wrapWords(meaningOf(end.accuracy, info), width).map((text): Line => [span(text)]), []);
  } else {
    lines.push([span("Accuracy was not measured.")], []);
  }
  const key = (name: string, words: string): Line => [
    span(name, { bold: true, foreground: palette.accent }),
    span(` ${words}`, faint),
  ];
  lines.push([...key("r", "again"), span("  "), ...key("q", "quit"), span("  "), ...key("tab", "more")], []);
  const figures: [string, string][] = [
    ["time in all", formatDuration(end.seconds.total)],
    ["training", formatDuration(end.seconds.train)],
    ["evaluating", formatDuration(end.seconds.evaluate)],
    ["steps", formatCount(end.steps)],
    ["last loss", formatLoss(end.loss)],
  ];
  for (const [name, value] of figures) lines.push([span(name.padEnd(13), faint), span(value, bold)]);
  return lines;
}
