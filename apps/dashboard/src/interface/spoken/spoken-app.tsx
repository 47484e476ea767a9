import { Text } from "ink";
import { type ReactNode, useRef } from "react";
import type { KeyBinding, ScreenName } from "../keys.ts";
import type { Command } from "../palette/commands.ts";
import type { DashboardState } from "../state.ts";
import type { View } from "../view.ts";
import { dialogWords } from "./dialog-words.ts";
import { screenWords } from "./screen-words.ts";
import { statusWords } from "./status-words.ts";
import { streamWords } from "./stream-words.ts";

/** Milliseconds that words of a run stay before they are said anew, where no key was pressed. */
const calm = 5000;

interface SpokenProps {
  readonly state: DashboardState;
  readonly view: View;
  readonly screen: ScreenName | undefined;
  readonly commands: readonly Command[];
  /** The keys of the screen. */
  readonly keys: readonly KeyBinding[];
}

/** The dashboard in words, for a screen reader: the same sentences until a key is pressed, something happens, or time has passed. */
export function SpokenApp(props: SpokenProps): ReactNode {
  const said = useRef<{ readonly props: SpokenProps; readonly at: number } | undefined>(undefined);
  const now = performance.now();
  if (said.current === undefined || isNew(said.current.props, props) || now - said.current.at >= calm) {
    said.current = { props, at: now };
  }
  return spokenLines(said.current.props).map((line, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a sentence is its place in the text
    <Text key={place}>{line}</Text>
  ));
}

/** The dashboard's sentences. */
export function spokenLines({ state, view, screen, commands, keys }: SpokenProps): string[] {
  const { info, log, failure } = state;
  const dialog = dialogWords(view, state, commands, keys);
  if (dialog.length > 0) return dialog;
  const words =
    info === undefined
      ? []
      : info.stream !== undefined
        ? streamWords(state, info, info.stream)
        : (screenWords[screen?.name ?? ""]?.(state, info, view) ?? []);
  const message = failure ?? log.at(-1);
  return [
    ...(screen === undefined ? [] : [`Screen ${screen.number}, ${screen.name}.`]),
    ...statusWords(state),
    ...words,
    ...(message === undefined ? [] : [`Message: ${message}`]),
    "Question mark: the keys. Colon: a command. q: quit.",
  ];
}

/** Whether there is something to say that cannot wait: steps of a run that goes on can. */
function isNew(before: SpokenProps, after: SpokenProps): boolean {
  const { state: old } = before;
  const { state } = after;
  if (state.status !== "running") return old !== state || before.view !== after.view;
  const inspected = Object.keys(state.inspected).length !== Object.keys(old.inspected).length;
  return (
    before.view !== after.view ||
    old.status !== state.status ||
    old.info !== state.info ||
    old.log !== state.log ||
    old.inspected.prediction !== state.inspected.prediction ||
    inspected
  );
}
