import { bar } from "../drawing/bar.ts";
import { palette } from "../drawing/color.ts";
import { faint, type Line, lineWidth, span } from "../drawing/styled-line.ts";
import type { StepSample } from "../run/protocol.ts";
import { guessOf } from "./state.ts";

/**
 * What the network said about an image: one line per class with its digit, output and bar, the true class marked,
 * and a last line that says in words whether the guess was right.
 */
export function outputLines(sample: StepSample, digits: readonly number[], width: number): Line[] {
  const guess = guessOf(sample);
  const isRight = guess === sample.classIndex;
  const verdict = { bold: true, foreground: isRight ? palette.right : palette.wrong };
  const classes = sample.outputs.map((output, index): Line => {
    const isGuess = index === guess;
    const value = output.toFixed(3);
    const label = `${index === sample.classIndex ? "◆" : " "} ${digits[index] ?? index}  ${value} `;
    const room = Math.max(1, width - label.length);
    return [
      span(label, isGuess ? { bold: true } : undefined),
      ...bar(output, room, isGuess ? verdict : faint),
    ];
  });
  const says = `says ${digits[guess] ?? guess} `;
  const words = isRight ? "✓ right" : "✗ wrong";
  const legend = "◆ true";
  const last: Line = [span(says), span(words, verdict)];
  const gap = width - lineWidth(last) - legend.length;
  return [...classes, gap < 2 ? last : [...last, span(" ".repeat(gap)), span(legend, faint)]];
}
