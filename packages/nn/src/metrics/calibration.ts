import { NnError } from "../errors.ts";
import { checkWholeNumbers } from "../training/whole-numbers.ts";

/** How sure a network was, and how often it was right, in one bin of certainty. */
export interface CalibrationBin {
  /** From (excluded) and to (included) which probability of the class that was said. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** The mean probability, and the share that was right; 0 in an empty bin. */
  readonly confidence: number;
  readonly accuracy: number;
}

/** How far probabilities are from what happens. */
export interface Calibration {
  /** The expected calibration error: the mean of |accuracy - confidence| over all samples. */
  readonly error: number;
  readonly bins: readonly CalibrationBin[];
}

/**
 * Whether a network is right as often as it says: samples sorted by how sure it was, and compared with how often it was right.
 *
 * @param probabilities a row for each sample, `[N][C]`
 * @param classes the true class of each
 * @param options.bins default: 15
 * @throws NnError `labels` for no samples or as many classes as there are not; `not-finite`
 * @see C. Guo et al., "On calibration of modern neural networks", ICML 2017
 */
export function calibration(
  probabilities: readonly ArrayLike<number>[],
  classes: ArrayLike<number>,
  { bins: count = 15 }: { readonly bins?: number } = {},
): Calibration {
  checkWholeNumbers("calibration", { bins: count });
  if (probabilities.length === 0 || probabilities.length !== classes.length) {
    throw new NnError(
      "labels",
      `calibration: needs as many classes as rows and at least one, got ${classes.length} and ${probabilities.length}.`,
    );
  }
  const sums = Array.from({ length: count }, () => ({ count: 0, confidence: 0, right: 0 }));
  for (const [i, row] of probabilities.entries()) {
    if (!Array.from(row).every(Number.isFinite)) {
      throw new NnError("not-finite", `calibration: row ${i} holds ${Array.from(row).join(", ")}.`);
    }
    let said = 0;
    for (let c = 1; c < row.length; c++) if (row[c] > row[said]) said = c;
    const bin = sums[Math.min(count - 1, Math.max(0, Math.ceil(row[said] * count) - 1))];
    bin.count++;
    bin.confidence += row[said];
    if (said === classes[i]) bin.right++;
  }
  const bins = sums.map(
    (bin, i): CalibrationBin => ({
      from: i / count,
      to: (i + 1) / count,
      count: bin.count,
      confidence: bin.count === 0 ? 0 : bin.confidence / bin.count,
      accuracy: bin.count === 0 ? 0 : bin.right / bin.count,
    }),
  );
  const error = bins.reduce((sum, bin) => sum + bin.count * Math.abs(bin.accuracy - bin.confidence), 0);
  return { error: error / probabilities.length, bins };
}
