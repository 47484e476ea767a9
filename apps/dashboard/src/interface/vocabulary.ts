import { bindingsOn, createKeyTable, type KeyBinding, spelledOut } from "./keys.ts";
import { commandsOf } from "./palette/commands.ts";
import { type Screen, screens } from "./screens.tsx";
import type { View } from "./view.ts";

/** Every key, by signs, and by words for terminals without the signs. */
const keyTable = createKeyTable(screens);
const spelledKeyTable = spelledOut(keyTable);
/** Every command of the palette. */
const commands = commandsOf(keyTable, screens);

/** Keys that ask nothing of the training: all that there are while another program is watched. */
const keysOfStreams = /^([1-9?:hqe]|tab|ctrl\+c)$/;
const streamKeys = keyTable.filter(({ keys }) => keys.includes("?") || keys.includes("q"));
const streamCommands = commands.filter(({ key = "" }) => keysOfStreams.test(key));
const streamHint = "A watched program goes at its own pace: keys of the training do nothing here.";
const savingHint =
  "A watched program tells no weights, so that there is nothing to save: it saves its checkpoints itself.";

/** The screen that is looked at. */
export function screenOf({ screen }: View): Screen | undefined {
  return screens.find(({ number }) => number === screen);
}

/** What a key does on the screen that is looked at. */
export function bindingOf(key: string, view: View): KeyBinding | undefined {
  return bindingsOn(keyTable, screenOf(view)?.name).find(({ keys }) => keys.includes(key));
}

/** The keys that the help explains. */
export function keysToShow(view: View, ascii: boolean): readonly KeyBinding[] {
  return bindingsOn(ascii ? spelledKeyTable : keyTable, screenOf(view)?.name);
}

/** The keys that the footer may show: those of the screen, or the few of a watched program. */
export function keysToHint(view: View, ascii: boolean, isStream: boolean): readonly KeyBinding[] {
  return isStream ? streamKeys : keysToShow(view, ascii);
}

/** The commands that there are. */
export function commandsFor(isStream: boolean): typeof commands {
  return isStream ? streamCommands : commands;
}

/** Why a key does nothing while another program is watched; nothing for a key that does. */
export function refusalOfStream(key: string): string | undefined {
  if (keysOfStreams.test(key)) return undefined;
  return key === "s" ? savingHint : streamHint;
}
