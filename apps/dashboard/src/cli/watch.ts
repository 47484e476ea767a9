import { messageOf, UsageError, WorkError } from "../errors.ts";
import { escapedJson } from "../history/escaped-json.ts";
import type { Recorder } from "../history/recorder.ts";
import { watchLines } from "../output/watch-lines.ts";
import { Intake, type WatchSink } from "../watch/intake.ts";
import { type KeptStream, keepStream } from "../watch/keep-stream.ts";
import { type Keyboard, openKeyboard } from "../watch/keyboard.ts";
import { type WatchSource, watchSource } from "../watch/sources.ts";
import { StreamRun } from "../watch/stream-run.ts";
import { type LookFlags, lookOf } from "./dashboard-flags.ts";
import { recorderOf } from "./observers.ts";
import { recording } from "./recording.ts";
import { stopAsJob } from "./stop-as-job.ts";

export interface WatchFlags extends LookFlags {
  readonly json?: boolean;
  readonly plain?: boolean;
  readonly record?: string;
  readonly mouse: boolean;
  /** Whether its runs are kept. */
  readonly keep: boolean;
  readonly name?: string;
}

/** `gradwerk watch TARGET`: shows the training of another program. */
export async function watchCommand(
  target: string,
  args: readonly string[],
  flags: WatchFlags,
): Promise<number> {
  const source = watchSource(target, args, process.stdin);
  const mayDraw = process.stdout.isTTY && process.env.TERM !== "dumb" && !flags.json && !flags.plain;
  // Where stdin is the stream, keys come from the terminal itself.
  const keyboard = mayDraw ? openKeyboard(process.stdin) : undefined;
  try {
    if (keyboard !== undefined) return await showDashboard(source, keyboard, flags);
    if (flags.record !== undefined) {
      throw new UsageError("--record records the dashboard, and this is no terminal that it is shown on.");
    }
    return await writeLines(source, flags);
  } finally {
    keyboard?.close();
    await source.close();
  }
}

async function showDashboard(source: WatchSource, keyboard: Keyboard, flags: WatchFlags): Promise<number> {
  const { record, mouse } = flags;
  process.env.NODE_ENV ??= "production";
  const looking = lookOf(flags, keyboard.stream, process.stdout);
  const { openDashboard } = await import("../interface/open-dashboard.tsx");
  const run = new StreamRun(source.name);
  const { kept, recorder } = await keepingOf(run, flags, (message) => run.say(message));
  const exportRun = async (): Promise<string> => {
    const { exportWhileRunning } = await import("../report/export-while-running.ts");
    return exportWhileRunning(recorder);
  };
  const intake = new Intake(run);
  const look = await looking;
  const shown = recording(record, (stdout) =>
    openDashboard(run, { stdout, stdin: keyboard.stream, mouse, stop: stopAsJob, exportRun, ...look }),
  );
  const reading = source.read({
    line: (line) => intake.take(line),
    say: (words) => run.say(words),
    programEnded: () => run.close(),
  });
  reading.then(
    () => {
      run.close();
      recover(keyboard);
    },
    (error: unknown) => run.fail(messageOf(error)),
  );
  const left = await shown;
  await kept?.leave();
  if (left.outcome === "failed") {
    throw left.error instanceof Error ? left.error : new WorkError(left.message);
  }
  return left.outcome === "interrupted" ? 130 : 0;
}

/**
 * At the end of a pipe a program ended that had the same terminal. Node, for one, then sets the terminal as it found it,
 * keys included, and what it said on stderr stands across the picture.
 */
function recover(keyboard: Keyboard): void {
  if (keyboard.stream === process.stdin) return;
  const again = (): void => {
    keyboard.takeAgain();
    process.stdout.emit("resize");
  };
  again();
  // Programs may close their output some time before they end.
  for (const later of [200, 1000]) setTimeout(again, later).unref();
}

/** Keeps the runs of a stream, unless the flags say otherwise. */
async function keepingOf(
  run: StreamRun,
  { keep, name }: WatchFlags,
  say: (words: string) => void,
): Promise<{ readonly kept?: KeptStream; readonly recorder?: Recorder }> {
  if (!keep) return {};
  const recorder = await recorderOf(name, {}, (message) => say(`warning: ${message}`));
  return { kept: keepStream(run, recorder, say), recorder };
}

/** Without a terminal the first program that ends is the last. */
async function writeLines(source: WatchSource, flags: WatchFlags): Promise<number> {
  const { json } = flags;
  const say = (words: string): void => void process.stderr.write(`${words}\n`);
  const write = (text: string): void => void process.stdout.write(text);
  const run = new StreamRun(source.name);
  const { kept } = await keepingOf(run, flags, say);
  if (!json) run.subscribe(watchLines(write, say));
  const asJson: WatchSink = {
    event(event) {
      write(`${escapedJson(event)}\n`);
      run.event(event);
    },
    say,
  };
  const sink = json ? asJson : run;
  const intake = new Intake(sink);
  const over = Promise.withResolvers<void>();
  let isInterrupted = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      isInterrupted = true;
      over.resolve();
    });
  }
  source
    .read({ line: (line) => intake.take(line), say, programEnded: () => over.resolve() })
    .then(over.resolve, over.reject);
  try {
    await over.promise;
    if (isInterrupted) {
      run.flush();
      say("interrupted");
      return 130;
    }
    run.close();
    return 0;
  } catch (error) {
    run.fail(messageOf(error));
    throw error;
  } finally {
    await kept?.leave();
  }
}
