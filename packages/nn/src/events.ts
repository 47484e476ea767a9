/**
 * Training as lines of JSON that `gradwerk watch` shows. The protocol: `docs/watch-protocol.md`.
 *
 * @module
 */
import type { FitReport } from "./training/fit-options.ts";
import type { TrainStep } from "./training/train.ts";

/** What a run says of itself before its first step; all of it is optional. */
export interface RunFacts {
  readonly title?: string;
  /** How many steps it takes. Default: what the first report of `fit` says. */
  readonly steps?: number;
  /** The network in few words: `784-128-10`. */
  readonly architecture?: string;
  /** Options by name. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly data?: { readonly source?: string; readonly train?: number; readonly test?: number };
  readonly backend?: { readonly name?: string; readonly dtype?: string; readonly threads?: number };
}

/** A step. */
export interface StepEvent {
  readonly event: "step";
  /** Steps done, from 1. */
  readonly step: number;
  /** On the step's batch, before its update. */
  readonly loss: number;
  /** On samples kept apart, after the step; absent where they were not measured. */
  readonly accuracy?: number;
  readonly testLoss?: number;
  readonly learningRate?: number;
  /** Seconds of training and measuring until after this step. */
  readonly seconds?: number;
}

/**
 * The steps of a report of `fit` or `train` as events.
 *
 * @example
 * for await (const report of fit(options)) {
 *   for (const event of toEvents(report)) socket.write(`${JSON.stringify(event)}\n`);
 * }
 */
export function toEvents(report: FitReport | TrainStep): StepEvent[] {
  const { step: last } = report;
  if (!("losses" in report)) {
    const { loss, accuracy } = report;
    return [{ event: "step", step: last, loss, ...(accuracy !== undefined && { accuracy }) }];
  }
  const { losses, learningRate, test } = report;
  return Array.from(losses, (loss, i): StepEvent => {
    const told = { event: "step", step: last - losses.length + 1 + i, loss } as const;
    if (told.step < last) return told;
    return {
      ...told,
      learningRate,
      ...(test?.accuracy !== undefined && { accuracy: test.accuracy }),
      ...(test?.loss !== undefined && { testLoss: test.loss }),
    };
  });
}

/**
 * A whole run as lines of JSON: a start, its steps, an end. Run by `node training.ts | gradwerk watch -`, or by
 * `gradwerk watch training.ts`:
 *
 * @example
 * for await (const lines of eventLines(fit(options), { title: "my digits" })) process.stdout.write(lines);
 */
export async function* eventLines(
  reports: AsyncIterable<FitReport | TrainStep>,
  facts: RunFacts = {},
): AsyncGenerator<string, void, void> {
  const seconds = { train: 0, evaluate: 0 };
  const total = (): number => seconds.train + seconds.evaluate;
  let last: StepEvent | undefined;
  let accuracy: number | undefined;
  let stopped = false;
  let hasStarted = false;
  const started = (steps?: number): string => {
    hasStarted = true;
    return line({ event: "start", ...(steps !== undefined && { steps }), ...facts });
  };
  for await (const report of reports) {
    const isFit = "losses" in report;
    const start = hasStarted ? "" : started(isFit ? report.steps : undefined);
    seconds.train += report.seconds.train;
    seconds.evaluate += report.seconds.evaluate;
    const events = toEvents(report).map((event) =>
      event.step === report.step ? { ...event, seconds: total() } : event,
    );
    last = events.at(-1) ?? last;
    accuracy = last?.accuracy ?? accuracy;
    stopped = isFit && report.type === "end" && report.stopped;
    yield start + events.map(line).join("");
  }
  const start = hasStarted ? "" : started();
  const measured = accuracy === undefined ? {} : { accuracy };
  const done = last === undefined ? {} : { steps: last.step, loss: last.loss, ...measured };
  const end = {
    event: "end",
    ...done,
    seconds: { ...seconds, total: total() },
    ...(stopped && { interrupted: true }),
  };
  yield start + line(end);
}

function line(event: object): string {
  return `${JSON.stringify(event)}\n`;
}
