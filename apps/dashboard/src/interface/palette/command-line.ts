import type { KeyContext } from "../keys.ts";
import type { CommandLine } from "../view.ts";
import type { Command } from "./commands.ts";
import { findCommands, nearestWord, partsOf } from "./find-commands.ts";

/** Characters of a command and its value. */
const longestText = 60;

/** A command line with nothing typed. */
export const emptyCommandLine: CommandLine = { text: "", chosen: 0 };

/** What a key does while a command is typed: it belongs to the text, chooses, completes, runs or leaves. */
export function typeCommand(
  line: CommandLine,
  commands: readonly Command[],
  context: KeyContext,
  key: string,
): void {
  const { look, leave } = context;
  const type = (text: string): void => look(() => ({ commandLine: { text, chosen: 0 } }));
  const choose = (by: 1 | -1): void => {
    const count = Math.max(1, findCommands(commands, line.text).length);
    const chosen = (line.chosen + by + count) % count;
    look(() => ({ commandLine: { text: line.text, chosen } }));
  };
  if (key === "ctrl+c") leave("interrupted");
  else if (key === "escape") look(() => ({ commandLine: undefined }));
  // With nothing left to take away the line goes away.
  else if (key === "backspace") {
    if (line.text === "") look(() => ({ commandLine: undefined }));
    else type(line.text.slice(0, -1));
  } else if (key === "up" || key === "down") choose(key === "down" ? 1 : -1);
  else if (key === "tab") type(completed(line, commands));
  else if (key === "return") run(line, commands, context);
  else {
    const character = key === "space" ? " " : key;
    if ([...character].length === 1 && line.text.length < longestText) type(line.text + character);
  }
}

/** The command that Return would run. */
export function chosenCommand(line: CommandLine, commands: readonly Command[]): Command | undefined {
  const found = findCommands(commands, line.text);
  return found[Math.min(line.chosen, found.length - 1)];
}

function completed(line: CommandLine, commands: readonly Command[]): string {
  const { word, value = "" } = chosenCommand(line, commands) ?? {};
  const typed = partsOf(line.text).value;
  if (word === undefined) return nearestWord(commands, line.text);
  return typed !== undefined || value !== "" ? `${word} ${typed ?? ""}` : word;
}

function run(line: CommandLine, commands: readonly Command[], context: KeyContext): void {
  const command = chosenCommand(line, commands);
  const { word, value = "" } = partsOf(line.text);
  if (command === undefined) {
    const complaint = `no command is called ${word}; the nearest is ${nearestWord(commands, word)}, tab takes it`;
    context.look(() => ({ commandLine: { ...line, complaint } }));
    return;
  }
  context.look(() => ({ commandLine: undefined }));
  const complaint = command.run(context, value);
  if (complaint !== undefined) context.look(() => ({ commandLine: { ...line, complaint } }));
}
