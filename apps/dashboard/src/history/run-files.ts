import { escapedJson } from "./escaped-json.ts";
import type { RunSummary, StepRecord } from "./record.ts";

/** The files in the folder of a run. */
export const runFiles = {
  /** A `RunSummary`, replaced as a whole whenever the run's state changes. */
  summary: "run.json",
  /** The run as events, a line each, as `train --json` writes them; grows while it runs. */
  history: "history.ndjson",
  /** A `RunResults`, once there are any. */
  results: "results.json",
} as const;

/** The version of these files that this program writes. It reads this one only. */
export const formatVersion = 1;

/** What the name of a run's folder looks like: when it began, its preset, and what tells it from others of that second. */
export const runIdPattern: RegExp = /^\d{8}-\d{6}-[a-z0-9]{1,24}-[a-z0-9]{4}$/;

/** The content of `run.json`. `pid` is there while the run goes on: without that process it is lost. */
export function summaryText(summary: RunSummary, pid: number | undefined): string {
  const { id: _, ...kept } = summary;
  return `${escapedJson({ format: "gradwerk-run", version: formatVersion, ...kept, ...(pid !== undefined && { pid }) }, 1)}\n`;
}

/** The first line of `history.ndjson`. */
export function startLine({ started, config, info, environment }: RunSummary): string {
  const { dataSource, sha256, trainCount, testCount, steps, architecture, backend } = info;
  return eventLine({
    event: "start",
    version: environment.gradwerk,
    config,
    data: { source: dataSource, sha256, train: trainCount, test: testCount },
    backend,
    steps,
    architecture,
    started,
  });
}

/** A line of a step. */
export function stepLine({ step, loss, accuracy, testLoss, learningRate, seconds }: StepRecord): string {
  return eventLine({ event: "step", step, loss, accuracy, testLoss, learningRate, seconds });
}

/** The last line; absent in a run that was cut off. */
export function endLine({ ending, status }: RunSummary): string {
  return eventLine({ event: "end", ...ending, ...(status !== "finished" && { [status]: true }) });
}

function eventLine(event: object): string {
  return `${escapedJson(event)}\n`;
}
