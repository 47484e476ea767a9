import { harmlessText } from "../drawing/cells.ts";
import { formatCount, formatDuration } from "../drawing/format.ts";
import { appendPoints, createSeries, type Series, upTo, valueAt } from "../drawing/series.ts";
import { plainText } from "../drawing/styled-line.ts";
import type { RunConfig } from "../run/config.ts";
import type { Inspected } from "../run/inspection.ts";
import {
  followablePace,
  latestSamples,
  type Pace,
  type RunCommand,
  type RunEvent,
  type RunInfo,
  type RunSeconds,
  type RunStatus,
  type StepReport,
  type StepSample,
} from "../run/protocol.ts";
import type { RunResults } from "../run/results.ts";

/** How many of the last losses the smooth curve averages. */
export const lossWindow = 10;

/** Seconds of work over which the speed is measured. */
const speedWindow = 2;
const keptMessages = 50;

/** How the run ended. */
export interface RunEnd {
  readonly steps: number;
  readonly accuracy?: number;
  readonly loss: number;
  readonly seconds: RunSeconds;
}

/** Everything the screens show about a run. Values are replaced, never changed. */
export interface DashboardState {
  /** `preparing` until the run is set up. */
  readonly status: "preparing" | RunStatus;
  readonly pace: Pace;
  readonly info?: RunInfo;
  /** The run's options; absent where it is watched only. */
  readonly config?: RunConfig;
  /** Steps done. */
  readonly step: number;
  /** The last step that the curves know; further than `step` where the run went back. */
  readonly furthest: number;
  /** The step that the run was sent to, until it is there. */
  readonly heading?: number | undefined;
  readonly loss?: number;
  /** Mean of the last `lossWindow` losses. */
  readonly meanLoss?: number;
  /** The accuracy measured last. */
  readonly accuracy?: number;
  readonly curves: { readonly accuracy: Series; readonly loss: Series; readonly meanLoss: Series };
  readonly recentLosses: readonly number[];
  /** The samples of the last steps, newest first. */
  readonly samples: readonly StepSample[];
  readonly seconds: RunSeconds;
  /** Bytes that the run's tensors and its remembered steps took last. */
  readonly memory?: number;
  /** When how many steps were done, for the speed: the oldest first. */
  readonly marks: readonly { readonly total: number; readonly step: number }[];
  /** What was looked at last. */
  readonly inspected: Inspected;
  /** Messages, the newest last. */
  readonly log: readonly string[];
  readonly end?: RunEnd;
  /** What the network made of the test images when somebody asked last. */
  readonly results?: RunResults;
  /** Set when the run failed: the message for the person. */
  readonly failure?: string;
}

/** What changes the state: what the run tells, what was sent to it, and a message of the program itself. */
export type StateEvent =
  | RunEvent
  | { readonly type: "sent"; readonly command: RunCommand }
  | { readonly type: "message"; readonly message: string };

const noSeconds: RunSeconds = { train: 0, evaluate: 0, total: 0 };

/** The state before the first event. */
export const initialState: DashboardState = {
  status: "preparing",
  pace: followablePace,
  step: 0,
  furthest: 0,
  curves: emptyCurves(1),
  recentLosses: [],
  samples: [],
  seconds: noSeconds,
  marks: [],
  inspected: {},
  log: [],
};

/**
 * The state after an event. A command changes what is shown as soon as it is sent, so that a key is answered at
 * once even while a slow step runs; the run's own status then confirms or corrects it.
 */
export function reduce(state: DashboardState, event: StateEvent): DashboardState {
  switch (event.type) {
    case "progress":
    case "message":
      return withMessage(state, event.message);
    case "ready": {
      const { config = state.config } = event;
      return {
        ...initialState,
        ...(config !== undefined && { config }),
        status: "running",
        pace: state.pace,
        log: event.info.stream === undefined ? withMessage(state, readyMessage(event.info)).log : state.log,
        info: withPlainNames(event.info),
        curves: emptyCurves(event.info.steps),
      };
    }
    case "steps":
      return {
        ...afterSteps(state, event.reports, event.seconds),
        ...(event.memory !== undefined && { memory: event.memory }),
      };
    case "status":
      return { ...state, status: event.status, pace: event.pace };
    case "end":
      return {
        ...withMessage(state, endMessage(event.steps, event.seconds)),
        status: "finished",
        seconds: event.seconds,
        end: {
          steps: event.steps,
          loss: event.loss,
          seconds: event.seconds,
          ...(event.accuracy !== undefined && { accuracy: event.accuracy }),
        },
      };
    case "results":
      return event.results === undefined ? state : { ...state, results: withPlainClasses(event.results) };
    case "failed":
      return { ...withMessage(state, event.message), failure: event.message };
    case "moved":
      return afterMove(state, event);
    case "inspected":
      return { ...state, inspected: { ...state.inspected, ...plainInspected(event.inspected) } };
    case "note":
      return withMessage(state, event.message);
    case "sent":
      return afterCommand(state, event.command);
  }
}

/** Steps per second over the last seconds of work, or undefined before there is anything to measure. */
export function stepsPerSecond(state: DashboardState): number | undefined {
  const oldest = state.marks[0];
  const newest = state.marks.at(-1);
  if (oldest === undefined || newest === undefined || newest.total <= oldest.total) return undefined;
  return (newest.step - oldest.step) / (newest.total - oldest.total);
}

/** Seconds until the last planned step at the present speed. */
export function secondsLeft(state: DashboardState): number | undefined {
  const speed = stepsPerSecond(state);
  if (state.info === undefined || speed === undefined || speed <= 0) return undefined;
  return (state.info.steps - state.step) / speed;
}

/** The class with the largest output. */
export function guessOf(sample: StepSample): number {
  return sample.outputs.reduce(
    (best, output, index) => (output > (sample.outputs[best] ?? Number.NEGATIVE_INFINITY) ? index : best),
    0,
  );
}

function emptyCurves(steps: number): DashboardState["curves"] {
  return { accuracy: createSeries(steps), loss: createSeries(steps), meanLoss: createSeries(steps) };
}

function readyMessage(info: RunInfo): string {
  const counts = `${formatCount(info.trainCount)} images to train on, ${formatCount(info.testCount)} to test`;
  return `${info.dataSet} from ${info.dataSource}: ${counts}`;
}

function endMessage(steps: number, seconds: RunSeconds): string {
  return `All ${formatCount(steps)} steps are done, after ${formatDuration(seconds.total)}.`;
}

function withMessage(state: DashboardState, message: string): DashboardState {
  return { ...state, log: [...state.log, harmlessText(message)].slice(-keptMessages) };
}

function afterSteps(
  state: DashboardState,
  reports: readonly StepReport[],
  seconds: RunSeconds,
): DashboardState {
  const last = reports.at(-1);
  if (last === undefined) return { ...state, seconds };
  const curves = curvesUpTo(state);
  const accuracies: { step: number; value: number }[] = [];
  const losses: { step: number; value: number }[] = [];
  const meanLosses: { step: number; value: number }[] = [];
  let recent = [...state.recentLosses];
  let accuracy = state.accuracy;
  let meanLoss = state.meanLoss;
  for (const report of reports) {
    recent.push(report.loss);
    if (recent.length > lossWindow) recent.shift();
    meanLoss = recent.reduce((sum, loss) => sum + loss, 0) / recent.length;
    losses.push({ step: report.step, value: report.loss });
    meanLosses.push({ step: report.step, value: meanLoss });
    if (report.accuracy === undefined) continue;
    accuracy = report.accuracy;
    accuracies.push({ step: report.step, value: accuracy });
  }
  recent = recent.slice(-lossWindow);
  const samples = reports
    .slice(-latestSamples)
    .flatMap(({ sample }) => sample ?? [])
    .reverse();
  return {
    ...state,
    step: last.step,
    furthest: last.step,
    heading: headingAfter(state, last.step),
    loss: last.loss,
    ...(meanLoss !== undefined && { meanLoss }),
    ...(accuracy !== undefined && { accuracy }),
    curves: {
      accuracy: appendPoints(curves.accuracy, accuracies),
      loss: appendPoints(curves.loss, losses),
      meanLoss: appendPoints(curves.meanLoss, meanLosses),
    },
    recentLosses: recent,
    samples: [...samples, ...state.samples].slice(0, latestSamples),
    seconds,
    marks: withMark(state, last.step, seconds.total),
  };
}

/** The curves as they were at the step that the run stands at. */
export function curvesUpTo({ curves, step, furthest }: DashboardState): DashboardState["curves"] {
  if (step >= furthest) return curves;
  return {
    accuracy: upTo(curves.accuracy, step),
    loss: upTo(curves.loss, step),
    meanLoss: upTo(curves.meanLoss, step),
  };
}

/** The state as it was after another step. What is ahead stays on the curves until the run goes on from there. */
function afterMove(
  state: DashboardState,
  { step, wanted = step, report }: Extract<RunEvent, { type: "moved" }>,
): DashboardState {
  const { end: _, loss: _loss, accuracy: _accuracy, meanLoss: _meanLoss, ...rest } = state;
  const accuracy = report?.accuracy ?? valueAt(state.curves.accuracy, step);
  const meanLoss = valueAt(state.curves.meanLoss, step) ?? report?.loss;
  return {
    ...rest,
    status: "paused",
    step,
    furthest: Math.max(state.furthest, step),
    heading: headingAfter(state, wanted),
    ...(report !== undefined && {
      loss: report.loss,
      samples: [...(report.sample === undefined ? [] : [report.sample]), ...state.samples].slice(
        0,
        latestSamples,
      ),
    }),
    ...(accuracy !== undefined && { accuracy }),
    ...(meanLoss !== undefined && { meanLoss }),
    recentLosses: report === undefined ? [] : [report.loss],
    marks: [],
  };
}

/** Where the run is still on its way to when it has come to a step. */
function headingAfter({ heading }: DashboardState, step: number): number | undefined {
  return heading === step ? undefined : heading;
}

/** Drops marks older than the window but one, so that the speed always spans at least the window. */
function withMark(state: DashboardState, step: number, total: number): DashboardState["marks"] {
  // The clock starts with the first step, so the run's start counts as a mark.
  const known = state.step === 0 ? [{ total: 0, step: 0 }] : state.marks;
  const marks = [...known, { total, step }];
  const firstInside = marks.findIndex((mark) => mark.total >= total - speedWindow);
  return marks.slice(Math.max(0, firstInside - 1));
}

function afterCommand(state: DashboardState, command: RunCommand): DashboardState {
  switch (command.type) {
    case "pace":
      return { ...state, pace: command.pace, marks: [] };
    case "pause":
    case "step":
      return state.status === "running" ? { ...state, status: "paused", heading: undefined } : state;
    case "resume":
      // A pause is no work: the speed is measured afresh, like after a change of pace.
      return state.status === "paused"
        ? { ...state, status: "running", marks: [], heading: undefined }
        : state;
    case "goTo":
      return { ...state, status: "paused", heading: command.step };
    case "learningRate":
      return withRate(state, command.learningRate);
    default:
      return state;
  }
}

function withRate(state: DashboardState, learningRate: number): DashboardState {
  const { info, config } = state;
  return {
    ...state,
    ...(info !== undefined && { info: { ...info, learningRate } }),
    ...(config !== undefined && { config: { ...config, lr: learningRate } }),
  };
}

/** Names of classes are from outside; tables have a cell for each of their characters. */
function withPlainNames(info: RunInfo): RunInfo {
  return { ...info, labelNames: info.labelNames.map(plainText) };
}

function withPlainClasses(results: RunResults): RunResults {
  return { ...results, classes: results.classes.map(plainText) };
}

function plainInspected(inspected: Inspected): Inspected {
  const { results } = inspected;
  return results === undefined ? inspected : { ...inspected, results: withPlainClasses(results) };
}
