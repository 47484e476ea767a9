import type { Ground } from "../../drawing/color.ts";
import { complaintOf, oneOf, type ParseOption, parsePace } from "../../run/option-values.ts";
import type { KeyBinding, KeyContext, ScreenName } from "../keys.ts";
import { answerTo, openPrompt } from "../prompt.ts";
import { settings } from "../settings/settings.ts";
import { openSettings } from "../settings/type-in-settings.ts";
import type { Prompt } from "../view.ts";

/** What can be typed after `:`. */
export interface Command {
  readonly word: string;
  readonly help: string;
  /** The key that does the same, as a person writes it. */
  readonly key?: string;
  /** What a value after the word is, for a person; absent where it takes none. */
  readonly value?: string;
  /** Does it; gives back in words why not. `value` is what was typed after the word, `""` for nothing. */
  readonly run: (context: KeyContext, value: string) => string | undefined;
}

/** Every command: a word or more for each row of the key table, and what no key does. */
export function commandsOf(keyTable: readonly KeyBinding[], screens: readonly ScreenName[]): Command[] {
  return [
    ...keyTable.flatMap((binding) => commandsOfKey(binding, screens)),
    goTo,
    pace,
    theme,
    save,
    ...options,
  ];
}

function commandsOfKey(binding: KeyBinding, screens: readonly ScreenName[]): Command[] {
  const { act, help, screen: screenName } = binding;
  const screen = screens.find(({ name }) => name === screenName);
  return binding.commands.map(({ word, key, help: own = help, asks }): Command => {
    const show = ({ look }: KeyContext): void => {
      if (screen !== undefined) look(() => ({ screen: screen.number }));
    };
    return {
      word,
      help: own,
      key,
      ...(asks !== undefined && { value: valueWords[asks] }),
      run: (context, value) => {
        if (value !== "" && asks === undefined) return `${word} takes no value`;
        if (value !== "" && asks !== undefined) {
          const complaint = answerTo(asks, value, context);
          if (complaint === undefined) show(context);
          return complaint;
        }
        show(context);
        act(context, key);
        return undefined;
      },
    };
  });
}

const valueWords: Readonly<Record<Prompt["for"], string>> = {
  learningRate: "RATE",
  testImage: "NUMBER",
  image: "NUMBER",
  step: "STEP",
  picture: "FILE",
  module: "MODULE",
};

const goTo: Command = {
  word: "goto",
  help: "go to a step, then pause",
  value: valueWords.step,
  run: (context, value) => {
    if (value !== "") return answerTo("step", value, context);
    context.look(() => ({ prompt: openPrompt("step") }));
    return undefined;
  },
};

const pace: Command = {
  word: "pace",
  help: "steps a second to aim for, or full",
  value: "N|full",
  run: ({ send }, value) => {
    const complaint = complaintOf(parsePace, value);
    if (complaint === undefined) send({ type: "pace", pace: parsePace(value) });
    return complaint;
  },
};

const parseGround: ParseOption<Ground> = oneOf(["dark", "light"]);

const theme: Command = {
  word: "theme",
  help: "colours for a dark or a light background",
  value: "dark|light",
  run: ({ look }, value) => {
    const complaint = complaintOf(parseGround, value);
    if (complaint === undefined) look(() => ({ ground: parseGround(value) }));
    return complaint;
  },
};

const save: Command = {
  word: "save",
  help: "save a checkpoint",
  key: "s",
  value: "[FILE]",
  run: ({ send }, value) => {
    send({ type: "save", ...(value !== "" && { file: value }) });
    return undefined;
  },
};

/** A command for each option but the learning rate, which has a key of its own. */
const options: readonly Command[] = settings
  .filter(({ isLive }) => !isLive)
  .map(({ word, name, choices }) => ({
    word,
    help: `change the ${name}; the run starts again`,
    value: choices === undefined ? "VALUE" : "NAME",
    run: (context, value) => openSettings(context, word, value === "" ? undefined : value),
  }));
