import { formatPercent } from "../../drawing/format.ts";
import type { RunInfo, StreamInfo } from "../../run/protocol.ts";
import type { DashboardState } from "../state.ts";
import { lossWords } from "./train-words.ts";

/** A run that is watched from outside, in sentences. */
export function streamWords(state: DashboardState, info: RunInfo, { facts }: StreamInfo): string[] {
  const { accuracy } = state;
  return [
    `Watching ${info.preset}.`,
    ...(accuracy === undefined ? [] : [`Accuracy: ${formatPercent(accuracy)}.`]),
    ...lossWords(state),
    ...(facts.length === 0
      ? []
      : [`Its options: ${facts.map(([name, value]) => `${name} ${value}`).join(", ")}.`]),
  ];
}
