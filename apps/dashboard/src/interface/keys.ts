import type { Key } from "ink";
import { type Pace, paces, type RunCommand } from "../run/protocol.ts";
import { compareKeys } from "./compare/compare-keys.ts";
import { dataKeys } from "./data/data-keys.ts";
import { mathKeys } from "./math/math-keys.ts";
import { networkKeys } from "./network/network-keys.ts";
import { emptyCommandLine } from "./palette/command-line.ts";
import { openPrompt } from "./prompt.ts";
import { resultsKeys } from "./results/results-keys.ts";
import { openSettings } from "./settings/type-in-settings.ts";
import type { DashboardState } from "./state.ts";
import { tryKeys } from "./try/try-keys.ts";
import type { Prompt, View } from "./view.ts";

/** What a key can do. */
export interface KeyContext {
  readonly state: DashboardState;
  readonly view: View;
  readonly send: (command: RunCommand) => void;
  /** Changes what is looked at. */
  readonly look: (change: (view: View) => Partial<View>) => void;
  /** Puts a line into the log. */
  readonly say: (message: string) => void;
  /** Writes the run so far to files, and says where. */
  readonly exportRun: () => void;
  readonly leave: (outcome: "quit" | "interrupted") => void;
}

/** One row of the key table: the footer, the help and the handling come from it. */
export interface KeyBinding {
  /** Names of the keys that do this, as `keyName` gives them. */
  readonly keys: readonly string[];
  /** The screen that they do it on; everywhere without. */
  readonly screen?: string;
  /** How the keys are written for a person. */
  readonly label: string;
  /** Keys and a word or two for the footer; absent where the footer does without. */
  readonly footer?: { readonly keys: string; readonly words: string };
  /** What it does, for the help. */
  readonly help: string;
  /** What it is called after `:`: a word for each of the keys that does something of its own. */
  readonly commands: readonly CommandWord[];
  /** `key` is the name of the key pressed, one of `keys`. */
  readonly act: (context: KeyContext, key: string) => void;
}

/** A word for what a key does. */
export interface CommandWord {
  readonly word: string;
  /** One of the row's keys. */
  readonly key: string;
  /** What it does, where the row's help is about more than this key. */
  readonly help?: string;
  /** The question that a value after the word answers. */
  readonly asks?: Prompt["for"];
}

/** The part of a screen that the keys need. */
export interface ScreenName {
  readonly number: number;
  readonly name: string;
}

/** Steps that `<` and `>` go at once. */
const leap = 10;

const finishedHint = "All steps are done. Press r to run again from the first step.";

/** Every key of the dashboard, in the order in which help and footer show them. */
export function createKeyTable(screens: readonly ScreenName[]): readonly KeyBinding[] {
  const last = screens.length;
  return [
    {
      keys: ["space"],
      label: "space",
      footer: { keys: "space", words: "pause" },
      help: "pause the run, or let it go on",
      commands: [{ word: "pause", key: "space" }],
      act: ({ state, send, say }) => {
        if (state.status === "finished") say(finishedHint);
        else send({ type: state.status === "paused" ? "resume" : "pause" });
      },
    },
    {
      keys: [".", ",", ">", "<"],
      label: ". , > <",
      footer: { keys: ". ,", words: "step" },
      help: `a step forward, back, ${leap} forward, ${leap} back`,
      commands: [
        { word: "step", key: ".", help: "take one step, then pause" },
        { word: "back", key: ",", help: "go back one step, then pause" },
        { word: "leap", key: ">", help: `go ${leap} steps forward, then pause` },
        { word: "leap-back", key: "<", help: `go ${leap} steps back, then pause` },
      ],
      act: (context, key) => {
        if (key === ",") travel(context, -1);
        else if (key !== ".") travel(context, key === ">" ? leap : -leap);
        else if (context.state.status === "finished") context.say(finishedHint);
        else if (headingOf(context.state) < context.state.furthest) travel(context, 1);
        else context.send({ type: "step" });
      },
    },
    {
      keys: ["r"],
      label: "r",
      help: "start again from the first step (same seed)",
      commands: [{ word: "restart", key: "r" }],
      act: ({ send }) => send({ type: "restart" }),
    },
    {
      keys: ["+", "=", "-", "_"],
      label: "+  -",
      footer: { keys: "+ -", words: "pace" },
      help: "faster, slower (also = and _)",
      commands: [
        { word: "faster", key: "+", help: "a faster pace" },
        { word: "slower", key: "-", help: "a slower pace" },
      ],
      act: ({ state, send }, key) =>
        send({ type: "pace", pace: neighbouringPace(state.pace, key === "+" || key === "=" ? 1 : -1) }),
    },
    {
      keys: ["l", "o"],
      label: "l  o",
      help: "set the learning rate, or any option",
      commands: [
        { word: "lr", key: "l", help: "set the learning rate from the next step on", asks: "learningRate" },
        { word: "options", key: "o", help: "change the options of the run" },
      ],
      act: (context, key) => {
        if (context.state.info === undefined) return;
        if (key === "l") context.look(() => ({ prompt: openPrompt("learningRate") }));
        else openSettings(context, "lr");
      },
    },
    {
      keys: ["s", "e"],
      label: "s  e",
      help: "save a checkpoint, or export a report",
      commands: [{ word: "export", key: "e", help: "write report, charts and history into a folder" }],
      act: ({ send, exportRun }, key) => {
        if (key === "s") send({ type: "save" });
        else exportRun();
      },
    },
    {
      keys: [...screens.map(({ number }) => String(number)), "tab"],
      label: `1-${last}  tab`,
      help: "show the screen of that number, or the next",
      commands: screens.map(({ number, name }) => ({
        word: name.toLowerCase(),
        key: String(number),
        help: `show the screen ${name}`,
      })),
      act: ({ look }, key) =>
        look(({ screen }) => ({ screen: key === "tab" ? (screen % last) + 1 : Number(key), page: 0 })),
    },
    ...mathKeys,
    ...dataKeys,
    ...networkKeys,
    ...resultsKeys,
    ...tryKeys,
    ...compareKeys,
    {
      keys: [":"],
      label: ":",
      footer: { keys: ":", words: "more" },
      help: "find a command by its name",
      commands: [],
      act: ({ look }) => look(() => ({ commandLine: emptyCommandLine, help: false })),
    },
    {
      keys: ["?", "h"],
      label: "?",
      footer: { keys: "?", words: "help" },
      help: "show or hide this help",
      commands: [{ word: "help", key: "?" }],
      act: ({ look }) => look(({ help }) => ({ help: !help })),
    },
    {
      keys: ["q", "ctrl+c"],
      label: "q  ctrl+c",
      footer: { keys: "q", words: "quit" },
      help: "quit; with ctrl+c as interrupted",
      commands: [{ word: "quit", key: "q", help: "quit" }],
      act: ({ leave }, key) => leave(key === "q" ? "quit" : "interrupted"),
    },
  ];
}

/** The key table with words for the arrows, where these cannot be drawn. */
export function spelledOut(keyTable: readonly KeyBinding[]): KeyBinding[] {
  const spelled = (keys: string): string => keys.replaceAll(/[←→↑↓]/g, (arrow) => arrowNames[arrow] ?? arrow);
  return keyTable.map((binding) => ({
    ...binding,
    label: spelled(binding.label),
    ...(binding.footer && { footer: { ...binding.footer, keys: spelled(binding.footer.keys) } }),
  }));
}

const arrowNames: Readonly<Record<string, string>> = { "←": "left", "→": "right", "↑": "up", "↓": "down" };

/** The keys that do something on a screen; its own go before those that work everywhere. */
export function bindingsOn(keyTable: readonly KeyBinding[], screen: string | undefined): KeyBinding[] {
  const own = keyTable.filter((binding) => binding.screen !== undefined && binding.screen === screen);
  const taken = new Set(own.flatMap(({ keys }) => keys));
  const isFree = ({ keys }: KeyBinding): boolean => !keys.some((key) => taken.has(key));
  return [...own, ...keyTable.filter((binding) => binding.screen === undefined && isFree(binding))];
}

/**
 * The names of the keys pressed, as the key table writes them: the character, or a word for a key without one.
 * Keys that come faster than they are read arrive as one text. With Alt they mean nothing.
 */
export function keyNames(input: string, key: Key): string[] {
  if (key.return) return ["return"];
  if (key.escape) return ["escape"];
  // Terminals send DEL for the key above Return.
  if (key.backspace || key.delete) return ["backspace"];
  if (key.meta || lateAnswer.test(input)) return [];
  if (key.ctrl) return [`ctrl+${input}`];
  if (key.tab) return ["tab"];
  if (key.upArrow) return ["up"];
  if (key.downArrow) return ["down"];
  if (key.leftArrow) return ["left"];
  if (key.rightArrow) return ["right"];
  if (key.pageUp) return ["pageup"];
  if (key.pageDown) return ["pagedown"];
  return [...input].map((character) => namedCharacters[character] ?? character);
}

/** What a terminal says of itself after it was no longer waited for: of its background, and of what it is. */
const lateAnswer = /^(?:\]?11;rgba?:|\[\?[\d;]*c$)/;

const namedCharacters: Readonly<Record<string, string>> = {
  " ": "space",
  "\t": "tab",
  "\r": "return",
  "\n": "return",
  "\b": "backspace",
  "\u007F": "backspace",
};

function travel({ state, send, say }: KeyContext, steps: number): void {
  if (state.info === undefined) return;
  const from = headingOf(state);
  const step = Math.max(0, Math.min(from + steps, state.info.steps));
  if (step !== from) send({ type: "goTo", step });
  else say(steps < 0 ? "This is before the first step." : finishedHint);
}

/** Where the run will stand: keys may come faster than it moves. */
function headingOf({ heading, step }: DashboardState): number {
  return heading ?? step;
}

function neighbouringPace(pace: Pace, direction: 1 | -1): Pace {
  // A pace that a flag set may lie between two of the list: then the next one in the direction is taken.
  const speed = speedOf(pace);
  const next =
    direction === 1
      ? paces.find((candidate) => speedOf(candidate) > speed)
      : paces.findLast((candidate) => speedOf(candidate) < speed);
  return next ?? pace;
}

function speedOf(pace: Pace): number {
  return pace === "full" ? Number.POSITIVE_INFINITY : pace;
}
