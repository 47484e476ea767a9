import { useIsScreenReaderEnabled } from "ink";
import { type ReactNode, useRef, useState, useSyncExternalStore } from "react";
import type { Painting } from "../drawing/paint.ts";
import type { MouseKeyboard } from "../mouse/keyboard.ts";
import type { BackendChoice } from "../run/backend-comparison.ts";
import { DrawnApp, isTooSmall, TooSmall } from "./drawn-app.tsx";
import type { KeyContext } from "./keys.ts";
import { pointAt } from "./point-at.ts";
import type { RunStore } from "./run-store.ts";
import { screens } from "./screens.tsx";
import { SpokenApp } from "./spoken/spoken-app.tsx";
import { Theme } from "./theme.tsx";
import { isTyping, useKeyboard } from "./use-keyboard.ts";
import { useMouse } from "./use-mouse.ts";
import { useSuspension } from "./use-suspension.ts";
import { useWishes } from "./use-wishes.ts";
import { initialView, type View } from "./view.ts";
import { commandsFor, keysToHint, screenOf } from "./vocabulary.ts";

/** The dashboard: what it shows comes from `store`, what keys do goes to it. */
export function App(props: {
  readonly store: RunStore;
  /** What the terminal can show. */
  readonly painting: Painting;
  /** The name of the screen that is shown first. */
  readonly screen?: string | undefined;
  readonly leave: KeyContext["leave"];
  readonly exportRun: KeyContext["exportRun"];
  /** What the run is compared with from its beginning. */
  readonly compareWith?: BackendChoice | undefined;
  /** Stops the process as a shell's job, where it is one. */
  readonly stop?: (() => void) | undefined;
  /** The mouse, where the terminal reports it. */
  readonly mouse?: MouseKeyboard | undefined;
  /** Size of the terminal in cells. */
  readonly columns: number;
  readonly rows: number;
}): ReactNode {
  const { store, painting, leave, exportRun, mouse, stop, compareWith, columns, rows } = props;
  const state = useSyncExternalStore(store.subscribe, store.getSnapshot);
  const [view, setView] = useState(() => viewOf(props.screen, compareWith));
  // Keys may come faster than a change of the view is drawn.
  const latest = useRef(view);
  const look: KeyContext["look"] = (change) => {
    latest.current = { ...latest.current, ...change(latest.current) };
    setView(latest.current);
  };
  const contextNow = (): KeyContext => {
    const { send, say } = store;
    return { state: store.getSnapshot(), view: latest.current, send, say, look, exportRun, leave };
  };
  useWishes(store, state, view, compareWith);
  const press = useKeyboard(contextNow, useSuspension(stop, mouse));
  const isStream = state.info?.stream !== undefined;
  const tooSmall = isTooSmall(columns, rows);
  // A Windows console scrolls when the last cell of the last row is written.
  const height = process.platform === "win32" ? rows - 1 : rows;
  const hints = keysToHint(view, painting.ascii, isStream);
  useMouse(mouse?.subscribe, (report) => {
    if (tooSmall) return;
    pointAt(report, {
      context: contextNow(),
      press,
      isTyping: isTyping(latest.current),
      footerKeys: hints,
      screen: isStream ? undefined : screenOf(latest.current),
      width: columns,
      height,
    });
  });
  if (useIsScreenReaderEnabled()) {
    const commands = commandsFor(isStream);
    return <SpokenApp state={state} view={view} screen={screenOf(view)} commands={commands} keys={hints} />;
  }
  return (
    <Theme painting={{ ...painting, ground: view.ground ?? painting.ground }}>
      {tooSmall ? (
        <TooSmall columns={columns} rows={rows} />
      ) : (
        <DrawnApp state={state} view={view} ascii={painting.ascii} width={columns} height={height} />
      )}
    </Theme>
  );
}

/** The view that the program opens with, at a screen of this name, and with the other side of a comparison. */
function viewOf(name: string | undefined, choice: BackendChoice | undefined): View {
  const screen = screens.find((candidate) => candidate.name.toLowerCase() === name?.toLowerCase());
  return {
    ...initialView,
    ...(screen !== undefined && { screen: screen.number }),
    ...(choice !== undefined && { compare: { ...initialView.compare, choice } }),
  };
}
