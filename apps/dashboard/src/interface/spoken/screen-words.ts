import type { RunInfo } from "../../run/protocol.ts";
import type { DashboardState } from "../state.ts";
import type { View } from "../view.ts";
import { compareWords } from "./compare-words.ts";
import { dataWords } from "./data-words.ts";
import { mathWords } from "./math-words.ts";
import { networkWords } from "./network-words.ts";
import { resultsWords } from "./results-words.ts";
import { trainWords } from "./train-words.ts";
import { tryWords } from "./try-words.ts";

/** What each screen shows, in sentences. */
export const screenWords: Readonly<
  Record<string, (state: DashboardState, info: RunInfo, view: View) => string[]>
> = {
  Train: trainWords,
  Network: ({ inspected }) => networkWords(inspected.network),
  Math: mathWords,
  Data: ({ inspected }, info, view) => dataWords(info, inspected.images, view),
  Results: ({ inspected, results }, info) => resultsWords(inspected.results ?? results, info),
  Try: ({ inspected }, info, { attempt }) => tryWords(attempt, inspected.prediction, info),
  Compare: ({ inspected }) => compareWords(inspected.comparison),
};
