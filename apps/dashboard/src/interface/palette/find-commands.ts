import { closest } from "fastest-levenshtein";
import type { Command } from "./commands.ts";

/** The commands that what was typed may mean, the likeliest first; all of them where nothing was typed. */
export function findCommands(commands: readonly Command[], typed: string): Command[] {
  const { word, value } = partsOf(typed);
  if (value !== undefined) return commands.filter((command) => command.word === word);
  return commands
    .flatMap((command) => {
      const rank = rankOf(word.toLowerCase(), command);
      return rank === undefined ? [] : [{ command, rank }];
    })
    .sort((a, b) => a.rank - b.rank)
    .map(({ command }) => command);
}

/** The command whose word is nearest to what was typed. */
export function nearestWord(commands: readonly Command[], typed: string): string {
  return closest(
    partsOf(typed).word,
    commands.map(({ word }) => word),
  );
}

/** The word, and what stands after it where there is a space. */
export function partsOf(typed: string): { readonly word: string; readonly value: string | undefined } {
  const [, word = "", rest] = /^\s*(\S*)(\s.*)?$/.exec(typed) ?? [];
  return { word, value: rest?.trim() };
}

/** How far what was typed is from a command, 0 being nearest; nothing where it cannot mean it. */
function rankOf(typed: string, { word, help }: Command): number | undefined {
  if (word.startsWith(typed)) return 0;
  if (word.includes(`-${typed}`)) return 1;
  if (word.includes(typed)) return 2;
  if (isSubsequence(typed, word)) return 3;
  return typed.length > 2 && help.toLowerCase().includes(typed) ? 4 : undefined;
}

/** Whether all letters stand in the word, in their order. */
function isSubsequence(letters: string, word: string): boolean {
  let found = 0;
  for (const letter of word) if (letter === letters[found]) found++;
  return found === letters.length;
}
