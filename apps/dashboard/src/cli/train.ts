import { jsonReporter } from "../output/json.ts";
import { linesReporter } from "../output/lines.ts";
import type { Ending, Reporter } from "../output/reporter.ts";
import type { RunConfig } from "../run/config.ts";
import type { RunFailure } from "../run/protocol.ts";
import type { Training } from "../run/training.ts";
import type { TrainFlags } from "./train-flags.ts";
import { resolveConfig } from "./train-flags.ts";
import { UsageError, WorkError } from "./usage-error.ts";

/** `gradwerk train`: the dashboard on a terminal, lines or JSON elsewhere. Resolves to the exit code. */
export async function trainCommand(flags: TrainFlags): Promise<number> {
  const config = resolveConfig(flags);
  const onTerminal = process.stdin.isTTY && process.stdout.isTTY && process.env.TERM !== "dumb";
  if (onTerminal && !flags.json && !flags.plain) return showDashboard(config);
  const write = (text: string): void => {
    process.stdout.write(text);
  };
  return report(config, flags.json ? jsonReporter(write) : linesReporter(write));
}

async function showDashboard(config: RunConfig): Promise<number> {
  // React's development build is slower and of no use to the person at the terminal.
  process.env.NODE_ENV ??= "production";
  // The worker reads the data while the interface loads.
  const { startWorkerRun } = await import("../run/worker-run.ts");
  const run = startWorkerRun(config);
  try {
    const { openDashboard } = await import("../interface/open-dashboard.tsx");
    const left = await openDashboard(run, { stdout: process.stdout, stdin: process.stdin });
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

// In this thread: nobody watches a picture here. Ctrl-C ends it after the step under way, with a report.
async function report(config: RunConfig, reporter: Reporter): Promise<number> {
  const { openTraining } = await import("../run/training.ts");
  const interruption = new AbortController();
  const { signal } = interruption;
  // The handlers stay until the process ends: a shell and a package manager may both pass one Ctrl-C on.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => interruption.abort());
  let training: Training | undefined;
  try {
    training = await openTraining(config, progressOn(process.stderr), signal);
    const started = performance.now();
    const seconds = { train: 0, evaluate: 0 };
    let ending: Omit<Ending, "seconds" | "interrupted"> | undefined;
    reporter.start(config, training);
    for await (const step of training.start()) {
      reporter.step(step);
      seconds.train += step.seconds.train;
      seconds.evaluate += step.seconds.evaluate;
      const accuracy = step.accuracy ?? ending?.accuracy;
      ending = { steps: step.step, loss: step.loss, ...(accuracy === undefined ? {} : { accuracy }) };
      // Signals are heard between turns of the event loop only.
      await new Promise(setImmediate);
      if (signal.aborted) break;
    }
    if (ending !== undefined) {
      const total = (performance.now() - started) / 1000;
      reporter.end({ ...ending, seconds: { ...seconds, total }, interrupted: signal.aborted });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    process.stderr.write("interrupted before the first step\n");
  } finally {
    await training?.dispose();
  }
  return signal.aborted ? 130 : 0;
}

// Reading from the package is too quick to speak of; downloads are told, each message once.
function progressOn(stderr: NodeJS.WriteStream): (message: string) => void {
  let told = "";
  return (message) => {
    if (message !== told && message.startsWith("downloading")) stderr.write(`${message}\n`);
    told = message;
  };
}
