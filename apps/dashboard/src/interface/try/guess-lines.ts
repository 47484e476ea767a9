import { bar } from "../../drawing/bar.ts";
import { palette } from "../../drawing/color.ts";
import { bold, faint, type Line, span } from "../../drawing/styled-line.ts";
import type { Prediction } from "../../run/inspection.ts";
import type { RunInfo } from "../../run/protocol.ts";
import { classNamesOf, shortName } from "../class-names.ts";

/** Guesses that are shown, the best first. */
const guesses = 3;
/** Characters of a class's name, and cells of a bar. */
const longestName = 10;
const longestBar = 50;

/** What a network says of a picture: its best guess, of a test image whether that is right, and the three best as bars. */
export function guessLines({ outputs, testImage }: Prediction, info: RunInfo, width: number): Line[] {
  const names = classNamesOf(info);
  const longest = Math.min(longestName, Math.max(...names.map((name) => name.length)));
  const order = outputs.map((_, index) => index).sort((a, b) => (outputs[b] ?? 0) - (outputs[a] ?? 0));
  const best = order[0] ?? 0;
  const head: Line = [
    span("It says "),
    span(names[best] ?? String(best), { bold: true, foreground: palette.accent }),
    ...(testImage === undefined ? [] : truthOf(names[testImage.classIndex], testImage.classIndex === best)),
  ];
  const bars = order.slice(0, guesses).map((index): Line => {
    const share = outputs[index] ?? 0;
    const name = shortName(names[index] ?? "", longest).padEnd(longest);
    const label = `${name} ${(100 * share).toFixed(1).padStart(5)} % `;
    const style = index === best ? { bold: true, foreground: palette.accent } : faint;
    const room = Math.max(1, Math.min(longestBar, width - label.length));
    return [span(label, index === best ? bold : undefined), ...bar(share, room, style)];
  });
  return [head, ...bars];
}

function truthOf(name: string | undefined, isRight: boolean): Line {
  const words = isRight ? "✓ right" : `✗ it is ${name}`;
  return [span(`  ${words}`, { bold: true, foreground: isRight ? palette.right : palette.wrong })];
}
