import type { FitReport } from "@gradwerk/nn";
import { messageOf, UsageError, WorkError } from "../errors.ts";
import { jsonReporter } from "../output/json.ts";
import { linesReporter } from "../output/lines.ts";
import type { Ending, Reporter, Resumed } from "../output/reporter.ts";
import { dashboardEvaluatesEvery, type RunConfig } from "../run/config.ts";
import { observeRun } from "../run/observe.ts";
import type { ObservedStep, RunConclusion, RunObserver } from "../run/observer.ts";
import { followablePace, type RunFailure } from "../run/protocol.ts";
import type { RunResults } from "../run/results.ts";
import type { Keeping } from "../run/run-saver.ts";
import { lookOf } from "./dashboard-flags.ts";
import { keptRunOf } from "./keeping.ts";
import { type Observers, observersOf } from "./observers.ts";
import { recording } from "./recording.ts";
import { stopAsJob } from "./stop-as-job.ts";
import type { TrainFlags } from "./train-flags.ts";

/** `gradwerk train`: the dashboard on a terminal, lines or JSON elsewhere. Resolves to the exit code. */
export async function trainCommand(flags: TrainFlags): Promise<number> {
  const onTerminal = process.stdin.isTTY && process.stdout.isTTY && process.env.TERM !== "dumb";
  const isShown = onTerminal && !flags.json && !flags.plain;
  if (!isShown) refuseDashboardFlags(flags);
  const { config, keeping } = await keptRunOf(flags);
  const observers = await observersOf(flags, config);
  if (isShown) return showDashboard(config, observers, keeping, flags);
  const reporterTo = flags.json ? jsonReporter : linesReporter;
  if (config.preset !== "article") return reportFitting(config, reporterTo, observers.all, keeping);
  return report(
    config,
    reporterTo((text) => process.stdout.write(text)),
    observers.all,
    keeping,
  );
}

function refuseDashboardFlags(flags: TrainFlags): void {
  const given = (["record", "screen", "pace", "paused", "compare"] as const).find(
    (flag) => flags[flag] !== undefined,
  );
  if (given === undefined) return;
  throw new UsageError(`--${given} is about the dashboard, and this is no terminal that it is shown on.`);
}

async function showDashboard(
  resolved: RunConfig,
  { all, recorder }: Observers,
  keeping: Keeping,
  flags: TrainFlags,
): Promise<number> {
  const { record, mouse, screen, compare, pace = followablePace, paused = false } = flags;
  const config = { ...resolved, evalEvery: resolved.evalEvery ?? dashboardEvaluatesEvery };
  // React's development build is slower and of no use to the person at the terminal.
  process.env.NODE_ENV ??= "production";
  // The worker reads the data while the interface loads.
  const { startWorkerRun } = await import("../run/worker-run.ts");
  const run = startWorkerRun(config, { pace, paused, bearsNaN: true, keeping });
  const looking = lookOf(flags, process.stdin, process.stdout);
  try {
    const { openDashboard } = await import("../interface/open-dashboard.tsx");
    const { stdin } = process;
    const look = await looking;
    const exportRun = async (): Promise<string> => {
      const { exportWhileRunning } = await import("../report/export-while-running.ts");
      return exportWhileRunning(recorder, run);
    };
    const compareWith =
      compare === undefined ? undefined : { backend: compare, dtype: config.dtype, threads: null };
    const left = await recording(record, async (stdout) => {
      // In one turn with the dashboard, so that neither misses what the run tells first.
      const observed = observeRun(run, all);
      const outcome = await openDashboard(run, {
        stdout,
        stdin,
        mouse,
        stop: stopAsJob,
        screen: screen ?? (compareWith && "compare"),
        config,
        compareWith,
        exportRun,
        ...look,
      });
      await observed.leave();
      return outcome;
    });
    if (run.failure !== undefined) throw asError(run.failure);
    if (left.outcome === "failed")
      throw left.error instanceof Error ? left.error : new WorkError(left.message);
    return left.outcome === "interrupted" ? 130 : 0;
  } finally {
    await run.close();
  }
}

function asError({ message, exitCode, stack }: RunFailure): Error {
  const error = exitCode === 2 ? new UsageError(message) : new WorkError(message);
  return Object.assign(error, stack === undefined ? {} : { stack });
}

// The run has a thread of its own here too: a signal is heard at once, however long a step takes.
async function report(
  config: RunConfig,
  reporter: Reporter,
  observers: readonly RunObserver[],
  keeping: Keeping,
): Promise<number> {
  const { startWorkerRun } = await import("../run/worker-run.ts");
  const run = startWorkerRun(config, { pace: "full", prints: process.stderr, keeping });
  const over = Promise.withResolvers<void>();
  let interrupted = false;
  onSignal(() => {
    interrupted = true;
    over.resolve();
  });
  const progress = progressOn(process.stderr);
  let ending = endingBefore(keeping);
  const observed = observeRun(run, observers);
  run.subscribe((event) => {
    if (event.type === "progress") progress(event.message);
    if (event.type === "note") process.stderr.write(`${event.message}\n`);
    if (event.type === "ready") reporter.start(config, event.info, resumedIn(keeping));
    if (event.type === "steps") {
      for (const step of event.reports) {
        reporter.step(step);
        const accuracy = step.accuracy ?? ending?.accuracy;
        const measured = accuracy === undefined ? {} : { accuracy };
        ending = { steps: step.step, loss: step.loss, ...measured, seconds: event.seconds };
      }
    }
    if (event.type === "end" || event.type === "failed") over.resolve();
  });
  await over.promise;
  await observed.leave();
  await run.close();
  if (run.failure !== undefined && !interrupted) throw asError(run.failure);
  return tellEnd(reporter, ending, interrupted);
}

// Nobody steps through this run: it has the thread for itself and looks up every few hundredths of a second.
async function reportFitting(
  config: RunConfig,
  reporterTo: (write: (text: string) => void) => Reporter,
  observers: readonly RunObserver[],
  keeping: Keeping,
): Promise<number> {
  const { runFitting } = await import("../run/fitting.ts");
  const stop = new AbortController();
  onSignal(() => stop.abort());
  let lines: string[] = [];
  const reporter = reporterTo((text) => lines.push(text));
  const flush = (): void => {
    if (lines.length > 0) process.stdout.write(lines.join(""));
    lines = [];
  };
  let began = performance.now();
  let ending = endingBefore(keeping);
  let results: RunResults | undefined;
  let learningRateAt = (_: number): number => config.lr;
  const conclude = (conclusion: RunConclusion): Promise<unknown> =>
    Promise.all(observers.map((observer) => observer.conclude(conclusion)));
  try {
    const wantsResults = observers.length > 0;
    const onProgress = progressOn(process.stderr);
    for await (const event of runFitting(config, onProgress, stop.signal, wantsResults, keeping)) {
      if (event.type === "ready") {
        reporter.start(config, event.info, resumedIn(keeping));
        for (const observer of observers) observer.begin(event.info);
        learningRateAt = event.learningRateAt;
        began = performance.now();
      } else if (event.type === "report") {
        const steps = stepsOf(event.report, learningRateAt);
        for (const step of steps) reporter.step(step);
        ending = endingAfter(ending, event.report, (performance.now() - began) / 1000);
        for (const observer of observers) observer.steps(steps, ending.seconds);
      } else results = event.results;
      flush();
    }
  } catch (error) {
    if (!stop.signal.aborted) {
      await conclude({ status: "failed", failure: messageOf(error) });
      throw error;
    }
  }
  const status = stop.signal.aborted ? "interrupted" : "finished";
  await conclude({ status, ...(results !== undefined && { results }) });
  const code = tellEnd(reporter, ending, stop.signal.aborted);
  flush();
  return code;
}

function resumedIn({ from }: Keeping): Resumed | undefined {
  return from && { file: from.file, step: from.checkpoint.step };
}

// Of a run that was finished when it was stored there is nothing to be told but its end.
function endingBefore({ from }: Keeping): Omit<Ending, "interrupted"> | undefined {
  if (from?.last.loss === undefined) return undefined;
  const { loss, accuracy } = from.last;
  const seconds = { train: 0, evaluate: 0, total: 0 };
  return { steps: from.checkpoint.step, loss, ...(accuracy !== undefined && { accuracy }), seconds };
}

function stepsOf(
  { step: last, losses, test }: FitReport,
  learningRateAt: (step: number) => number,
): ObservedStep[] {
  return Array.from(losses, (loss, i) => {
    const step = last - losses.length + 1 + i;
    const told = { step, loss, learningRate: learningRateAt(step - 1) };
    return step === last ? { ...told, ...measuredOf(test) } : told;
  });
}

function measuredOf(test: FitReport["test"]): Pick<ObservedStep, "accuracy" | "testLoss"> {
  return {
    ...(test?.accuracy === undefined ? {} : { accuracy: test.accuracy }),
    ...(test?.loss === undefined ? {} : { testLoss: test.loss }),
  };
}

function endingAfter(
  before: Omit<Ending, "interrupted"> | undefined,
  { step, losses, test, seconds }: FitReport,
  total: number,
): Omit<Ending, "interrupted"> {
  const accuracy = test?.accuracy ?? before?.accuracy;
  return {
    steps: step,
    loss: losses[losses.length - 1],
    ...(accuracy === undefined ? {} : { accuracy }),
    seconds: {
      train: (before?.seconds.train ?? 0) + seconds.train,
      evaluate: (before?.seconds.evaluate ?? 0) + seconds.evaluate,
      total,
    },
  };
}

function tellEnd(
  reporter: Reporter,
  ending: Omit<Ending, "interrupted"> | undefined,
  interrupted: boolean,
): number {
  if (ending !== undefined) reporter.end({ ...ending, interrupted });
  else process.stderr.write("interrupted before the first step\n");
  return interrupted ? 130 : 0;
}

// The handlers stay until the process ends: a shell and a package manager may both pass one Ctrl-C on.
function onSignal(interrupt: () => void): void {
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, interrupt);
}

// Reading from the package is too quick to speak of; downloads are told, each message once.
function progressOn(stderr: NodeJS.WriteStream): (message: string) => void {
  let told = "";
  return (message) => {
    if (message !== told && message.startsWith("downloading")) stderr.write(`${message}\n`);
    told = message;
  };
}
