import { Box } from "ink";
import type { ReactNode } from "react";
import { palette } from "../../drawing/color.ts";
import { panel } from "../../drawing/panel.ts";
import {
  faint,
  fitLine,
  type Line,
  plainText,
  span,
  spreadLine,
  wrapWords,
} from "../../drawing/styled-line.ts";
import { Lines } from "../theme.tsx";
import type { CommandLine } from "../view.ts";
import { chosenCommand } from "./command-line.ts";
import type { Command } from "./commands.ts";
import { findCommands } from "./find-commands.ts";

/** Cells that the palette takes where there is room. */
const widest = 76;
/** Commands that are shown at once. */
const mostRows = 20;
/** Cells of a word and what stands after it. */
const wordWidth = 19;
/** Rows of the frame, the typed line and the line below it. */
const otherRows = 4;

/** The command that is typed, and those that it may be, over the upper part of the screen. */
export function CommandPalette(props: {
  readonly line: CommandLine;
  readonly commands: readonly Command[];
  /** Size of the terminal in cells. */
  readonly width: number;
  readonly height: number;
}): ReactNode {
  const { line, commands, width, height } = props;
  const boxWidth = width < widest + 8 ? width : widest;
  const boxHeight = Math.min(height - 3, mostRows + otherRows, commands.length + otherRows);
  return (
    <Box
      position="absolute"
      top={2}
      left={Math.floor((width - boxWidth) / 2)}
      width={boxWidth}
      height={boxHeight}
      flexDirection="column"
    >
      <Lines lines={paletteLines(line, commands, boxWidth, boxHeight)} />
    </Box>
  );
}

/** The palette in its frame, `height` lines of `width` cells. */
export function paletteLines(
  line: CommandLine,
  commands: readonly Command[],
  width: number,
  height: number,
): Line[] {
  const inner = width - 4;
  const found = findCommands(commands, line.text);
  const chosen = chosenCommand(line, commands);
  const hint = hintOf(line, found.length, inner);
  const rows = height - 3 - hint.length;
  const place = chosen === undefined ? 0 : found.indexOf(chosen);
  const first = Math.max(0, Math.min(place - Math.floor(rows / 2), found.length - rows));
  const typed: Line = [
    span(": ", { bold: true, foreground: palette.accent }),
    span(plainText(line.text)),
    span(" ", { inverse: true }),
  ];
  return panel(
    {
      title: [span("commands")],
      note: [span(`${found.length} of ${commands.length}`, faint)],
      width,
      height,
    },
    [
      typed,
      ...hint,
      ...found.slice(first, first + rows).map((command) => rowOf(command, command === chosen, inner)),
    ],
  );
}

function hintOf({ complaint }: CommandLine, found: number, width: number): Line[] {
  if (complaint !== undefined) {
    return wrapWords(`✗ ${plainText(complaint)}`, width).map((text) => [
      span(text, { foreground: palette.wrong }),
    ]);
  }
  if (found === 0) return [[span("no such command; tab takes the nearest, esc leaves", faint)]];
  return [[span("enter runs, arrows choose, tab completes, esc leaves", faint)]];
}

function rowOf({ word, value = "", help, key = "" }: Command, isChosen: boolean, width: number): Line {
  const name: Line = [
    span(isChosen ? "› " : "  ", { bold: true, foreground: palette.accent }),
    span(word, { bold: isChosen }),
    span(value === "" ? "" : ` ${value}`, faint),
  ];
  const left = [...fitLine(name, wordWidth), span(" "), span(help, isChosen ? undefined : faint)];
  const right: Line = key === "" ? [] : [span(` ${key}`, { bold: true, foreground: palette.accent })];
  const room = width - right.reduce((sum, { text }) => sum + text.length, 0);
  return spreadLine(fitLine(left, room - 1), right, width);
}
