import { render } from "ink";
import type { ReactNode } from "react";
import { type ColorLevel, detectColorLevel, type Ground } from "../drawing/color.ts";
import { messageOf } from "../errors.ts";
import { openMouse } from "../mouse/keyboard.ts";
import type { BackendChoice } from "../run/backend-comparison.ts";
import type { RunConfig } from "../run/config.ts";
import type { Run } from "../run/protocol.ts";
import { terminalSize } from "../terminal-size.ts";
import { App } from "./app.tsx";
import { captureConsole } from "./capture-console.ts";
import { exporter } from "./exporter.ts";
import { RunStore } from "./run-store.ts";

/** Where the dashboard is drawn and what it obeys. */
export interface DashboardOptions {
  /** A terminal; its size is followed. */
  readonly stdout: NodeJS.WriteStream;
  /** The keyboard. Without raw mode there are no keys, and Ctrl-C comes as a signal. */
  readonly stdin: NodeJS.ReadStream;
  /** What the terminal can show; found out from `process.env` by default. */
  readonly colorLevel?: ColorLevel;
  /** The name of the screen that is shown first. Default: that of number 1. */
  readonly screen?: string | undefined;
  /** What the colours must be read on. Default: dark. */
  readonly ground?: Ground;
  /** Whether only characters of ASCII are drawn. Default: no. */
  readonly ascii?: boolean;
  /** Whether there are words instead of pictures, for a screen reader. Default: no. */
  readonly screenReader?: boolean;
  /** Stops the process as a shell's job, for Ctrl-Z and SIGTSTP. Default: neither does anything here. */
  readonly stop?: (() => void) | undefined;
  /** Whether the terminal is asked to report the mouse; it then selects text only with Shift. Default: no. */
  readonly mouse?: boolean;
  /** What the run begins with. Without it its options cannot be changed. */
  readonly config?: RunConfig;
  /** What the run is compared with from its beginning, on the screen Compare. Default: nothing. */
  readonly compareWith?: BackendChoice | undefined;
  /** Writes the run so far to files and says in words where. Without it there is nothing to export. */
  readonly exportRun?: () => Promise<string>;
}

/**
 * How the dashboard was left: by `q`; by Ctrl-C or a signal; or because the run or the interface failed, with a
 * message for the person.
 */
export type DashboardOutcome =
  | { readonly outcome: "quit" }
  | { readonly outcome: "interrupted"; readonly signal?: NodeJS.Signals }
  | { readonly outcome: "failed"; readonly message: string; readonly error?: unknown };

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Shows a run in the terminal's alternate screen until the person leaves, a signal comes or something fails. In
 * every case the terminal is as it was before the promise resolves, and no handler stays behind. The run is not
 * stopped: that is the caller's.
 *
 * @example
 * const left = await openDashboard(run, { stdout: process.stdout, stdin: process.stdin });
 * run.send({ type: "stop" });
 */
export async function openDashboard(run: Run, options: DashboardOptions): Promise<DashboardOutcome> {
  const {
    stdout,
    stdin,
    colorLevel = detectColorLevel(process.env),
    mouse: wantsMouse = false,
    stop,
    screen,
    ground = "dark",
    ascii = false,
    screenReader = false,
    config,
    compareWith,
  } = options;
  let outcome: DashboardOutcome = { outcome: "quit" };
  let isLeaving = false;
  const left = Promise.withResolvers<void>();
  const leave = (how: DashboardOutcome): void => {
    if (isLeaving) return;
    isLeaving = true;
    outcome = how;
    left.resolve();
  };
  const fail = (error: unknown): void => leave({ outcome: "failed", message: messageOf(error), error });

  const store = new RunStore(run, fail, config);
  const exportRun = exporter(options.exportRun, store.say);
  const unwatch = run.subscribe((event) => {
    if (event.type === "failed") leave({ outcome: "failed", message: event.message });
  });
  const restoreConsole = captureConsole(store.say);
  const onSignal = (signal: NodeJS.Signals): void => leave({ outcome: "interrupted", signal });
  for (const signal of signals) process.on(signal, onSignal);
  // Of words there is nothing to point at.
  const mouse = wantsMouse && stdin.isTTY && !screenReader ? openMouse(stdin, stdout) : undefined;

  try {
    const tree = (): ReactNode => (
      <App
        store={store}
        painting={{ level: colorLevel, ground, ascii }}
        screen={screen}
        leave={(how) => leave({ outcome: how })}
        exportRun={exportRun}
        compareWith={compareWith}
        mouse={mouse}
        stop={stop}
        {...terminalSize(stdout)}
      />
    );
    const instance = render(tree(), {
      stdout,
      stdin: mouse?.stdin ?? stdin,
      // What was said can be read again.
      alternateScreen: !screenReader,
      isScreenReaderEnabled: screenReader,
      interactive: true,
      incrementalRendering: true,
      exitOnCtrlC: false,
      patchConsole: false,
      // The store keeps to thirty pictures a second by itself; what a key changes need not wait for the next of them.
      maxFps: 60,
      onRender: ({ renderTime }) => store.drawn(renderTime),
    });
    // Ink answers a resize by drawing the frame that it has, which is laid out for the old size, over whatever the
    // terminal made of it. So the new layout and an empty screen must be there before Ink's own listener is called.
    const onResize = (): void => {
      instance.rerender(tree());
      if (screenReader) return;
      instance.clear();
      stdout.write(homeAndErase);
    };
    stdout.prependListener("resize", onResize);
    // Where the terminal does not know its size, Ink begins in the row that the cursor is in, not in the first.
    if (!stdout.columns || !stdout.rows) onResize();
    const closed = instance.waitUntilExit().catch(fail);
    try {
      await Promise.race([left.promise, closed]);
    } finally {
      stdout.off("resize", onResize);
      instance.unmount();
      await closed;
    }
  } catch (error) {
    fail(error);
  } finally {
    mouse?.close();
    for (const signal of signals) process.off(signal, onSignal);
    restoreConsole();
    unwatch();
    store.close();
  }
  return outcome;
}

const homeAndErase = "\u001B[H\u001B[J";
