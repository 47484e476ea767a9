import { formatCount, formatDuration, formatRate } from "../../drawing/format.ts";
import { type DashboardState, secondsLeft, stepsPerSecond } from "../state.ts";

/** How far the run is and how fast, in sentences. */
export function statusWords(state: DashboardState): string[] {
  const { info, status, step, pace, seconds } = state;
  if (info === undefined) return ["The run is getting ready.", ...state.log.slice(-1)];
  const isSized = info.stream === undefined || info.stream.isSized;
  const where = `The run is ${status} at step ${formatCount(step)}${isSized ? ` of ${formatCount(info.steps)}` : ""}`;
  if (status !== "running") return [`${where}, after ${formatDuration(seconds.total)}.`];
  const speed = stepsPerSecond(state);
  const left = isSized ? secondsLeft(state) : undefined;
  const aim =
    info.stream !== undefined ? "" : pace === "full" ? ", at full speed" : `, ${pace} steps a second wanted`;
  const how = speed === undefined ? "" : ` It takes ${formatRate(speed)} steps a second.`;
  const rest = left === undefined ? "" : ` ${formatDuration(left)} are left.`;
  return [`${where}${aim}.${how}${rest}`];
}
