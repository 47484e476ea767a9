import { screens } from "../../src/interface/screens.tsx";

/** The key that shows a screen. */
export function keyOf(name: string): string {
  const screen = screens.find((candidate) => candidate.name === name);
  if (screen === undefined) throw new Error(`no screen is called ${name}`);
  return String(screen.number);
}

const sequences: Readonly<Record<string, string>> = {
  space: " ",
  tab: "\t",
  return: "\r",
  escape: "\u001B",
  backspace: "\u007F",
  up: "\u001B[A",
  down: "\u001B[B",
  right: "\u001B[C",
  left: "\u001B[D",
  pageup: "\u001B[5~",
  pagedown: "\u001B[6~",
};

/** What a terminal sends for a key, by its name in the key table. */
export function bytesOf(key: string): string {
  const sequence = sequences[key];
  if (sequence !== undefined) return sequence;
  const letter = /^ctrl\+([a-z])$/.exec(key)?.[1];
  if (letter !== undefined) return String.fromCharCode(letter.charCodeAt(0) - 96);
  if ([...key].length !== 1) throw new Error(`what does a terminal send for the key ${key}?`);
  return key;
}
