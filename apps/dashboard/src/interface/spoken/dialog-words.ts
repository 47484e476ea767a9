import type { KeyBinding } from "../keys.ts";
import { chosenCommand } from "../palette/command-line.ts";
import type { Command } from "../palette/commands.ts";
import { findCommands } from "../palette/find-commands.ts";
import { promptWords } from "../prompt.ts";
import { settings, valueText } from "../settings/settings.ts";
import { settingWords } from "../settings/settings-panel.tsx";
import type { DashboardState } from "../state.ts";
import type { View } from "../view.ts";

/** Commands that are read beside the chosen one. */
const otherCommands = 5;

/** What is typed or asked at the moment, in sentences; none where nothing is. */
export function dialogWords(
  view: View,
  state: DashboardState,
  commands: readonly Command[],
  keys: readonly KeyBinding[],
): string[] {
  const { commandLine, settings: options, prompt, help } = view;
  const { config, info } = state;
  if (commandLine !== undefined) {
    const chosen = chosenCommand(commandLine, commands);
    const others = findCommands(commands, commandLine.text).filter((command) => command !== chosen);
    return [
      `Command: ${commandLine.text === "" ? "nothing typed yet" : commandLine.text}.`,
      ...(commandLine.complaint === undefined ? [] : [`Not done: ${commandLine.complaint}.`]),
      chosen === undefined ? "No command fits." : `Enter runs ${chosen.word}: ${chosen.help}.`,
      ...(others.length === 0
        ? []
        : [
            `Also: ${others
              .slice(0, otherCommands)
              .map(({ word }) => word)
              .join(", ")}.`,
          ]),
    ];
  }
  if (options !== undefined && config !== undefined) {
    const setting = settings[options.chosen];
    const value = options.text ?? (setting === undefined ? "" : valueText(setting, config));
    return [
      `Option ${options.chosen + 1} of ${settings.length}, ${setting?.name}: ${value}.`,
      // Signs stand for the eye only.
      settingWords(options).replace(/^[✗!] /, ""),
    ];
  }
  if (prompt !== undefined && info !== undefined) return [promptWords(prompt, info)];
  if (help) return keys.map(({ label, help: does }) => `${spelled(label)}: ${does}.`);
  return [];
}

/** Signs that readers leave out, as words. */
function spelled(label: string): string {
  return label
    .split(/\s+/)
    .map((key) => names[key] ?? key)
    .join(", ");
}

const names: Readonly<Record<string, string>> = {
  ".": "point",
  ",": "comma",
  ">": "greater than",
  "<": "less than",
  "+": "plus",
  "-": "minus",
  ":": "colon",
  "?": "question mark",
  "[": "left bracket",
  "]": "right bracket",
  "↓": "down",
  "↑": "up",
  "←": "left",
  "→": "right",
};
