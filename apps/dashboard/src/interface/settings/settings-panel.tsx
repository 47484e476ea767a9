import { Box } from "ink";
import type { ReactNode } from "react";
import { palette } from "../../drawing/color.ts";
import { panel } from "../../drawing/panel.ts";
import { faint, fitLine, type Line, plainText, span, wrapWords } from "../../drawing/styled-line.ts";
import type { RunConfig } from "../../run/config.ts";
import { Lines } from "../theme.tsx";
import type { SettingsView } from "../view.ts";
import { type Setting, settings, valueText } from "./settings.ts";

const boxWidth = 60;
/** Rows below the options: what is to be done, or what is wrong. */
const wordRows = 3;
const boxHeight: number = settings.length + wordRows + 3;
const nameWidth = 16;
/** What the end of a row says. */
const effects = { live: "at once", restart: "restarts" } as const;

/** The options of the run with their values, over the middle of the screen. */
export function SettingsPanel(props: {
  readonly view: SettingsView;
  readonly config: RunConfig;
  /** Size of the terminal in cells. */
  readonly width: number;
  readonly height: number;
}): ReactNode {
  const { view, config, width, height } = props;
  return (
    <Box
      position="absolute"
      top={Math.floor((height - boxHeight) / 2)}
      left={Math.floor((width - boxWidth) / 2)}
      width={boxWidth}
      height={boxHeight}
      flexDirection="column"
    >
      <Lines lines={settingsLines(view, config)} />
    </Box>
  );
}

/** The panel's lines. */
export function settingsLines(view: SettingsView, config: RunConfig): Line[] {
  const inner = boxWidth - 4;
  const rows = settings.map((setting, place) =>
    rowOf(setting, place === view.chosen, view.text, config, inner),
  );
  const { text, style } = wordsOf(view);
  const words = wrapWords(text, inner).map((line): Line => [span(line, style)]);
  return panel(
    { title: [span("options")], note: [span("esc closes", faint)], width: boxWidth, height: boxHeight },
    [...rows, [], ...words],
  );
}

function rowOf(
  setting: Setting,
  isChosen: boolean,
  text: string | undefined,
  config: RunConfig,
  width: number,
): Line {
  const effect = setting.isLive ? effects.live : effects.restart;
  const isEdited = isChosen && text !== undefined;
  const room = width - 2 - nameWidth - effect.length - 1;
  const value: Line = isEdited
    ? [span(plainText(text.slice(2 - room))), span(" ", { inverse: true })]
    : [span(plainText(valueText(setting, config)), { bold: isChosen })];
  return [
    span(isChosen ? "› " : "  ", { bold: true, foreground: palette.accent }),
    span(setting.name.padEnd(nameWidth), isChosen ? { bold: true } : faint),
    ...fitLine(value, room),
    span(` ${effect}`, faint),
  ];
}

/** What is to be done, or what is wrong. */
export function settingWords(view: SettingsView): string {
  return wordsOf(view).text;
}

function wordsOf({ chosen, text, complaint, asks }: SettingsView): { text: string; style: Line[0]["style"] } {
  if (complaint !== undefined)
    return { text: `✗ ${plainText(complaint)}`, style: { foreground: palette.wrong } };
  if (asks === true) {
    return {
      text: "! This starts the run again from step 0: enter again to do it, esc to leave it.",
      style: { foreground: palette.loss, bold: true },
    };
  }
  const choices = settings[chosen]?.choices;
  if (text === undefined) return { text: "Arrows choose, enter or typing changes a value.", style: faint };
  return {
    text:
      choices === undefined
        ? "enter sets it, esc leaves it."
        : `Left and right go through: ${choices.join(", ")}.`,
    style: faint,
  };
}
