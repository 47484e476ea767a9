/**
 * What plain scripts print: a model as a table, a run as a bar.
 *
 * @module
 */
export { type ProgressBarOptions, progressBar } from "./printing/progress-bar.ts";
export { type Summary, type SummaryOptions, type SummaryRow, summary } from "./printing/summary.ts";
