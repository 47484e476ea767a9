import type { FitReport } from "../training/fit-options.ts";

/** How `progressBar` draws. */
export interface ProgressBarOptions {
  /** Where it goes, such as `(text) => process.stderr.write(text)`. */
  readonly write: (text: string) => void;
  /** Cells of the bar. Default: 24. */
  readonly width?: number;
  /**
   * Whether a line may be drawn over, as on a terminal; if not, only measurements and the end have a line. Default: true.
   */
  readonly redraws?: boolean;
}

/**
 * Passes the reports of a run on and draws a bar meanwhile, for plain scripts.
 *
 * @example
 * const reports = progressBar(fit({ ..., reportSeconds: 0.1 }), { write: (text) => process.stderr.write(text) });
 * for await (const { test } of reports) if (test) best = Math.max(best, test.accuracy);
 */
export async function* progressBar(
  reports: AsyncIterable<FitReport>,
  { write, width = 24, redraws = true }: ProgressBarOptions,
): AsyncGenerator<FitReport, void, void> {
  let seconds = 0;
  let first: number | undefined;
  let accuracy: number | undefined;
  for await (const report of reports) {
    const { step, steps, losses, loss, test, type } = report;
    first ??= step - losses.length;
    seconds += report.seconds.train + report.seconds.evaluate;
    accuracy = test?.accuracy ?? accuracy;
    const left = type === "end" ? seconds : (seconds / Math.max(step - first, 1)) * (steps - step);
    const filled = Math.floor((width * step) / steps);
    const line = [
      `${"#".repeat(filled)}${"-".repeat(width - filled)}`,
      `${Math.floor((100 * step) / steps)} %`,
      `step ${step}/${steps}`,
      `loss ${loss.toPrecision(4)}`,
      ...(accuracy === undefined ? [] : [`accuracy ${accuracy.toFixed(4)}`]),
      type === "end" ? `took ${left.toFixed(1)} s` : `${left.toFixed(0)} s left`,
    ].join("  ");
    // What is left of a longer line before is cleared.
    if (redraws) write(`\r${line}\u001b[K${type === "end" ? "\n" : ""}`);
    else if (type !== "progress") write(`${line}\n`);
    yield report;
  }
}
