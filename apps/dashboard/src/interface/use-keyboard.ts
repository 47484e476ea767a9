import { useInput, usePaste, useStdin } from "ink";
import { type KeyContext, keyNames } from "./keys.ts";
import { typeCommand } from "./palette/command-line.ts";
import { openPrompt, typeInPrompt } from "./prompt.ts";
import { typeInSettings } from "./settings/type-in-settings.ts";
import type { View } from "./view.ts";
import { bindingOf, commandsFor, refusalOfStream, screenOf } from "./vocabulary.ts";

/**
 * Obeys the keyboard, where the terminal has one to be heard key by key.
 *
 * @param contextNow what keys work with at the moment
 * @param suspend stops the program until it is taken up again
 * @returns presses a key by its name, for what is not the keyboard
 */
export function useKeyboard(
  contextNow: () => KeyContext,
  suspend: () => Promise<void>,
): (key: string) => void {
  const { isRawModeSupported } = useStdin();
  const press = (key: string): void => {
    if (key === "ctrl+z") void suspend();
    else pressKey(key, contextNow());
  };
  useInput((input, key) => keyNames(input, key).forEach(press), { isActive: isRawModeSupported });
  // A pasted line break answers nothing, and keys are pressed by nobody who pastes.
  usePaste(
    (text) => {
      const characters = [...text.replaceAll(/\p{Cc}/gu, "")];
      const { view, look } = contextNow();
      if (!isTyping(view)) {
        // A file that is dragged into a terminal arrives as its path.
        if (isStreamed(contextNow()) || screenOf(view)?.name !== "Try") return;
        look(() => ({ prompt: openPrompt("picture") }));
      }
      for (const character of characters) press(character === " " ? "space" : character);
    },
    { isActive: isRawModeSupported },
  );
  return press;
}

/** Whether a text is being typed, or chosen from a list: keys and what is pasted belong to it. */
export function isTyping({ prompt, commandLine, settings }: View): boolean {
  return (prompt ?? commandLine ?? settings) !== undefined;
}

/** A key goes to what is being typed, else to the table of keys. */
function pressKey(key: string, context: KeyContext): void {
  const { view, say } = context;
  const isStream = isStreamed(context);
  const refusal = isStream ? refusalOfStream(key) : undefined;
  if (view.commandLine !== undefined) typeCommand(view.commandLine, commandsFor(isStream), context, key);
  else if (refusal !== undefined) say(refusal);
  else if (view.settings !== undefined) typeInSettings(view.settings, context, key);
  else if (view.prompt !== undefined) typeInPrompt(view.prompt, context, key);
  else bindingOf(key, view)?.act(context, key);
}

function isStreamed({ state }: KeyContext): boolean {
  return state.info?.stream !== undefined;
}
