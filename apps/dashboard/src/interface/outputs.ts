import { bar } from "../drawing/bar.ts";
import { palette } from "../drawing/color.ts";
import { faint, type Line, lineWidth, span } from "../drawing/styled-line.ts";
import type { StepSample } from "../run/protocol.ts";
import { shortName } from "./class-names.ts";
import { guessOf } from "./state.ts";

/** Classes that are shown at once. */
export const mostClasses = 10;

/** Characters of a class's name that leave room for its output and a bar. */
const longestName = 9;

/**
 * What the network said about an image: one line per class with its name, output and bar, the true class marked,
 * and a last line that says in words whether the guess was right. Of many classes those with the largest outputs, and the
 * true one.
 *
 * @param names what each class is called
 */
export function outputLines(sample: StepSample, names: readonly string[], width: number): Line[] {
  const guess = guessOf(sample);
  const isRight = guess === sample.classIndex;
  const verdict = { bold: true, foreground: isRight ? palette.right : palette.wrong };
  const longest = Math.min(longestName, Math.max(...names.map((name) => name.length)));
  const nameOf = (index: number): string => shortName(names[index] ?? String(index), longest);
  const classes = shownClasses(sample).map((index): Line => {
    const output = sample.outputs[index] ?? 0;
    const isGuess = index === guess;
    const value = output.toFixed(3);
    const label = `${index === sample.classIndex ? "◆" : " "} ${nameOf(index).padEnd(longest)}  ${value} `;
    const room = Math.max(1, width - label.length);
    return [
      span(label, isGuess ? { bold: true } : undefined),
      ...bar(output, room, isGuess ? verdict : faint),
    ];
  });
  const says = `says ${nameOf(guess)} `;
  const words = isRight ? "✓ right" : "✗ wrong";
  const legend = "◆ true";
  const last: Line = [span(says), span(words, verdict)];
  const gap = width - lineWidth(last) - legend.length;
  return [...classes, gap < 2 ? last : [...last, span(" ".repeat(gap)), span(legend, faint)]];
}

function shownClasses({ outputs, classIndex }: StepSample): number[] {
  const all = outputs.map((_, index) => index);
  if (all.length <= mostClasses) return all;
  const rank = (index: number): number =>
    index === classIndex ? Number.POSITIVE_INFINITY : (outputs[index] ?? 0);
  return all
    .sort((a, b) => rank(b) - rank(a))
    .slice(0, mostClasses)
    .sort((a, b) => a - b);
}
