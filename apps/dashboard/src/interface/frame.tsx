import type { ReactNode } from "react";
import { progressLine } from "../drawing/bar.ts";
import { type Color, palette } from "../drawing/color.ts";
import { formatCount, formatDuration, formatMegabytes, formatRate } from "../drawing/format.ts";
import { bold, faint, fitLine, type Line, lineWidth, span, spreadLine } from "../drawing/styled-line.ts";
import type { RunInfo } from "../run/protocol.ts";
import { areDigits } from "./class-names.ts";
import type { ScreenName } from "./keys.ts";
import { type DashboardState, secondsLeft, stepsPerSecond } from "./state.ts";
import { Lines } from "./theme.tsx";

/** Rows that the frame takes: some above the screen, the rest below. */
export const frameRows = 4;
export const rowsAbove = 2;

const signs: Readonly<Record<DashboardState["status"], { sign: string; color: Color }>> = {
  preparing: { sign: "○", color: palette.loss },
  running: { sign: "▶", color: palette.right },
  paused: { sign: "‖", color: palette.loss },
  finished: { sign: "■", color: palette.accent },
};

/** The first row: the program, its screens, and what is trained on what. */
export function Header(props: {
  readonly state: DashboardState;
  readonly screens: readonly ScreenName[];
  readonly current: number;
  readonly width: number;
}): ReactNode {
  const { state, screens, current, width } = props;
  const left: Line = [title, ...tabs(screens, current, width)];
  const room = width - lineWidth(left) - 2;
  const right = state.info === undefined ? [] : [...joinFitting(facts(state.info), " · ", room), span(" ")];
  return <Lines lines={[spreadLine(left, right, width)]} />;
}

const title = span(" gradwerk ", { bold: true, foreground: palette.accent });

/** A segment for each screen, without the names of those not shown where all do not fit. */
function tabs(screens: readonly ScreenName[], current: number, width: number): Line {
  const named = (isShort: boolean): Line =>
    screens.map(({ number, name }) => {
      const isCurrent = number === current;
      const text = isShort && !isCurrent ? ` ${number} ` : ` ${number} ${name} `;
      return span(text, isCurrent ? { bold: true, inverse: true } : faint);
    });
  const full = named(false);
  return lineWidth([title, ...full]) <= width ? full : named(true);
}

/** The number of the screen whose tab stands at a column of the header. */
export function screenInHeader(
  screens: readonly ScreenName[],
  current: number,
  width: number,
  column: number,
): number | undefined {
  let end = lineWidth([title]);
  if (column < end) return undefined;
  const place = tabs(screens, current, width).findIndex((tab) => {
    end += lineWidth([tab]);
    return column < end;
  });
  return screens[place]?.number;
}

/** What is trained, the most telling first. */
function facts(info: RunInfo): Line[] {
  if (info.stream !== undefined) {
    const told = [info.preset, info.architecture, info.backend.name, info.optimizer];
    return told.filter((fact) => fact !== "").map((fact) => [span(fact)]);
  }
  return [
    [span(info.preset)],
    [span(info.architecture)],
    [
      span(
        areDigits(info) ? `digits ${info.digits.join(" ")}` : `${info.dataSet} ${info.digits.length} classes`,
      ),
    ],
    [span(`${info.backend.name} ${info.backend.dtype}`, faint)],
    [span(`${info.optimizer} ${info.learningRate}`, faint)],
    [span(`seed ${info.seed}`, faint)],
    [span(`${formatCount(info.trainCount)} train, ${formatCount(info.testCount)} test`, faint)],
  ];
}

/** The second row: how far the run is and how fast. */
export function Figures({
  state,
  width,
}: {
  readonly state: DashboardState;
  readonly width: number;
}): ReactNode {
  const { sign, color } = signs[state.status];
  const status: Line = [span(` ${sign} ${state.status}`, { bold: true, foreground: color })];
  if (state.info === undefined) return <Lines lines={[fitLine(status, width)]} />;
  const { steps, stream } = state.info;
  const isSized = stream === undefined || stream.isSized;
  const done: Line = [
    span("  step ", faint),
    span(formatCount(state.step), bold),
    span(isSized ? ` of ${formatCount(steps)}  ` : "  ", faint),
  ];
  const minimumBar = width < 70 ? 0 : Math.floor(width / 8);
  // Two cells part the bar from the figures, one part them where there is no bar, one ends the line.
  const room = width - lineWidth(status) - lineWidth(done) - minimumBar - 4;
  const figures = joinFitting(runFigures(state), "  ", room);
  const barWidth = room + minimumBar - lineWidth(figures);
  const progress =
    barWidth < 4 || !isSized ? [] : progressLine(state.step / steps, barWidth, { foreground: color });
  const left: Line = [...status, ...done, ...progress];
  return <Lines lines={[spreadLine(left, [...figures, span(" ")], width)]} />;
}

function runFigures(state: DashboardState): Line[] {
  const speed = shownSpeed(state);
  const stream = state.info?.stream;
  const left = state.status === "running" ? secondsLeft(state) : undefined;
  const figure = (value: string, unit: string): Line => [span(value), span(` ${unit}`, faint)];
  const speedFigure = figure(speed === undefined ? "–" : formatRate(speed), "steps/s");
  const total = figure(formatDuration(state.seconds.total), "in all");
  // A watched program tells no more of its time, and goes at its own pace.
  if (stream !== undefined) {
    return [
      speedFigure,
      left === undefined || !stream.isSized ? total : figure(formatDuration(left), "left"),
    ];
  }
  return [
    speedFigure,
    ...(state.status === "finished"
      ? [total]
      : [figure(left === undefined ? "–" : formatDuration(left), "left")]),
    [span("pace ", faint), span(state.pace === "full" ? "full" : `${state.pace}/s`)],
    ...(state.memory === undefined ? [] : [figure(formatMegabytes(state.memory), "memory")]),
    figure(formatDuration(state.seconds.train), "training"),
    figure(formatDuration(state.seconds.evaluate), "evaluating"),
  ];
}

/** The speed now, of the whole run when it has ended, and none while nothing runs. */
function shownSpeed(state: DashboardState): number | undefined {
  if (state.status === "running") return stepsPerSecond(state);
  const { end } = state;
  return end === undefined || end.seconds.total <= 0 ? undefined : end.steps / end.seconds.total;
}

/** The row above the footer: the newest message. */
export function LogLine({
  state,
  width,
}: {
  readonly state: DashboardState;
  readonly width: number;
}): ReactNode {
  const message = span(state.log.at(-1) ?? "");
  return <Lines lines={[fitLine([span(" › ", faint), ...fitLine([message], width - 4)], width)]} />;
}

/** As many of the parts as fit into `room` cells, in their order; a part that does not fit is left out. */
function joinFitting(parts: readonly Line[], separator: string, room: number): Line {
  let joined: Line = [];
  for (const part of parts) {
    const next = joined.length === 0 ? part : [...joined, span(separator, faint), ...part];
    if (lineWidth(next) <= room) joined = next;
  }
  return joined;
}
