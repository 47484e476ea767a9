import { Box, useInput, useIsScreenReaderEnabled, usePaste, useStdin } from "ink";
import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { Painting } from "../drawing/paint.ts";
import { fitLine, span } from "../drawing/styled-line.ts";
import type { MouseKeyboard } from "../mouse/keyboard.ts";
import type { BackendChoice } from "../run/backend-comparison.ts";
import type { Interest } from "../run/inspection.ts";
import { typeCommand } from "./command-line.ts";
import { CommandPalette } from "./command-palette.tsx";
import { commandsOf } from "./commands.ts";
import { useImages } from "./data/use-images.ts";
import { footerLine } from "./footer-hints.ts";
import { Figures, frameRows, Header, LogLine } from "./frame.tsx";
import { Help } from "./help.tsx";
import {
  bindingsOn,
  createKeyTable,
  type KeyBinding,
  type KeyContext,
  keyNames,
  spelledOut,
} from "./keys.ts";
import { useTrials } from "./math/use-trials.ts";
import { pointAt } from "./point-at.ts";
import { openPrompt, promptLine, typeInPrompt } from "./prompt.ts";
import type { RunStore } from "./run-store.ts";
import { type Screen, screens } from "./screens.tsx";
import { SettingsPanel } from "./settings-panel.tsx";
import { SpokenApp } from "./spoken/spoken-app.tsx";
import type { DashboardState } from "./state.ts";
import { StreamScreen } from "./stream-screen.tsx";
import { Lines, Theme } from "./theme.tsx";
import { usePredictions } from "./try/use-predictions.ts";
import { typeInSettings } from "./type-in-settings.ts";
import { useMouse } from "./use-mouse.ts";
import { useSuspension } from "./use-suspension.ts";
import { initialView, type View } from "./view.ts";
import { Waiting } from "./waiting.tsx";

/** The smallest terminal that the dashboard is drawn in. */
export const minimumSize = { columns: 60, rows: 18 } as const;

const keyTable = createKeyTable(screens);
const spelledKeyTable = spelledOut(keyTable);
const commands = commandsOf(keyTable, screens);
/** Keys that ask nothing of the training: all that there are while another program is watched. */
const keysOfStreams = /^([1-9?:hqe]|tab|ctrl\+c)$/;
const streamHint = "A watched program goes at its own pace: keys of the training do nothing here.";
const savingHint =
  "A watched program tells no weights, so that there is nothing to save: it saves its checkpoints itself.";
/** Those of them that the footer shows. */
const streamKeys = keyTable.filter(({ keys }) => keys.includes("?") || keys.includes("q"));
/** The commands that there are while another program is watched. */
const streamCommands = commands.filter(({ key = "" }) => keysOfStreams.test(key));

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
  useInterest(store, view.screen, state.info !== undefined);
  useComparison(store, state, compareWith);
  usePredictions(store, state, view, screenOf(view)?.name === "Try");
  useImages(store, state, view, screenOf(view)?.name === "Data");
  const contextNow = (): KeyContext => {
    const { send, say } = store;
    return { state: store.getSnapshot(), view: latest.current, send, say, look, exportRun, leave };
  };
  const suspend = useSuspension(stop, mouse);
  const press = (name: string): void => {
    const context = contextNow();
    const { state: now, view: current } = context;
    const isStream = now.info?.stream !== undefined;
    if (name === "ctrl+z") void suspend();
    else if (current.commandLine !== undefined) {
      typeCommand(current.commandLine, isStream ? streamCommands : commands, context, name);
    } else if (isStream && !keysOfStreams.test(name)) store.say(name === "s" ? savingHint : streamHint);
    else if (current.settings !== undefined) typeInSettings(current.settings, context, name);
    else if (current.prompt !== undefined) typeInPrompt(current.prompt, context, name);
    else bindingOf(name, current)?.act(context, name);
  };
  const isStream = state.info?.stream !== undefined;
  useTrials(store, state, view, screenOf(view)?.name === "Math");
  const { isRawModeSupported } = useStdin();
  useInput((input, key) => keyNames(input, key).forEach(press), { isActive: isRawModeSupported });
  // A pasted line break answers nothing, and keys are pressed by nobody who pastes.
  usePaste(
    (text) => {
      const characters = [...text.replaceAll(/\p{Cc}/gu, "")];
      if (!isTyping(latest.current)) {
        // A file that is dragged into a terminal arrives as its path.
        if (isStream || screenOf(latest.current)?.name !== "Try") return;
        look(() => ({ prompt: openPrompt("picture") }));
      }
      for (const character of characters) press(character === " " ? "space" : character);
    },
    { isActive: isRawModeSupported },
  );
  const isSpoken = useIsScreenReaderEnabled();
  const isTooSmall = columns < minimumSize.columns || rows < minimumSize.rows;
  // A Windows console scrolls when the last cell of the last row is written.
  const height = process.platform === "win32" ? rows - 1 : rows;
  const shownKeys = bindingsOn(painting.ascii ? spelledKeyTable : keyTable, screenOf(view)?.name);
  const footerKeys = isStream ? streamKeys : shownKeys;
  useMouse(mouse?.subscribe, (report) => {
    if (isTooSmall) return;
    pointAt(report, {
      context: contextNow(),
      press,
      isTyping: isTyping(latest.current),
      footerKeys,
      screen: isStream ? undefined : screenOf(latest.current),
      width: columns,
      height,
    });
  });
  if (isSpoken) {
    const screen = screenOf(view);
    return (
      <SpokenApp
        state={state}
        view={view}
        screen={screen}
        commands={isStream ? streamCommands : commands}
        keys={footerKeys}
      />
    );
  }
  return (
    <Theme painting={{ ...painting, ground: view.ground ?? painting.ground }}>
      {isTooSmall ? (
        <TooSmall columns={columns} rows={rows} />
      ) : (
        <Box flexDirection="column" width={columns} height={height}>
          <Header state={state} screens={screens} current={view.screen} width={columns} />
          <Figures state={state} width={columns} />
          <Box width={columns} height={height - frameRows}>
            <Body state={state} view={view} width={columns} height={height - frameRows} />
          </Box>
          <LogLine state={state} width={columns} />
          {view.prompt !== undefined && state.info !== undefined ? (
            <Lines lines={[promptLine(view.prompt, state.info, columns)]} />
          ) : (
            <Lines lines={[footerLine(footerKeys, columns)]} />
          )}
          {view.help && <Help keyTable={shownKeys} width={columns} height={height} />}
          {view.settings !== undefined && state.config !== undefined && (
            <SettingsPanel view={view.settings} config={state.config} width={columns} height={height} />
          )}
          {view.commandLine !== undefined && (
            <CommandPalette
              line={view.commandLine}
              commands={isStream ? streamCommands : commands}
              width={columns}
              height={height}
            />
          )}
        </Box>
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

/** Begins the comparison that the dashboard opens with, as soon as the run is ready. */
function useComparison(
  { send }: RunStore,
  { info }: DashboardState,
  compareWith: BackendChoice | undefined,
): void {
  const isReady = info !== undefined;
  useEffect(() => {
    if (isReady && compareWith !== undefined) send({ type: "compare", other: compareWith });
  }, [send, isReady, compareWith]);
}

function screenOf({ screen }: View): Screen | undefined {
  return screens.find(({ number }) => number === screen);
}

/** Whether a text is being typed, or chosen from a list: keys and what is pasted belong to it. */
function isTyping({ prompt, commandLine, settings }: View): boolean {
  return (prompt ?? commandLine ?? settings) !== undefined;
}

function bindingOf(key: string, view: View): KeyBinding | undefined {
  return bindingsOn(keyTable, screenOf(view)?.name).find(({ keys }) => keys.includes(key));
}

/** Tells the run what the screen shown wants to be told, as soon as there is one and whenever that changes. */
function useInterest({ send }: RunStore, screen: number, isReady: boolean): void {
  const told = useRef<Interest | null>(null);
  const interest = screens.find(({ number }) => number === screen)?.interest ?? null;
  useEffect(() => {
    // Before the run is set up nobody hears.
    if (!isReady || interest === told.current) return;
    told.current = interest;
    send({ type: "interest", interest });
  }, [send, interest, isReady]);
}

function Body(props: {
  readonly state: DashboardState;
  readonly view: View;
  readonly width: number;
  readonly height: number;
}): ReactNode {
  const { state, view, width, height } = props;
  if (state.info === undefined) return <Waiting log={state.log} width={width} height={height} />;
  if (state.info.stream !== undefined) {
    const { stream } = state.info;
    return (
      <StreamScreen
        state={state}
        info={state.info}
        stream={stream}
        view={view}
        width={width}
        height={height}
      />
    );
  }
  const Screen = screenOf(view)?.component;
  return Screen && <Screen state={state} info={state.info} view={view} width={width} height={height} />;
}

function TooSmall({ columns, rows }: { readonly columns: number; readonly rows: number }): ReactNode {
  const needed = `${minimumSize.columns} x ${minimumSize.rows}`;
  const words = `Needs a terminal of ${needed}, this one is ${columns} x ${rows}.`;
  return <Lines lines={[fitLine([span(words)], columns)]} />;
}
