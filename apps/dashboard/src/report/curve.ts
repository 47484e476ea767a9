import type { StepRecord } from "../history/record.ts";

/** A stretch of steps: where it ends, and the lowest, the highest and the mean value in it. */
export interface CurvePoint {
  readonly step: number;
  readonly low: number;
  readonly high: number;
  readonly mean: number;
}

/**
 * What a value did over the steps, in at most `most` points, so that a chart of a million steps is no larger than one of
 * some hundred. Steps without the value are left out.
 */
export function curveOf(
  steps: readonly StepRecord[],
  read: (step: StepRecord) => number | undefined,
  most: number,
): CurvePoint[] {
  const values = steps.flatMap((step) => {
    const value = read(step);
    return value === undefined || !Number.isFinite(value) ? [] : [{ step: step.step, value }];
  });
  const stride = Math.max(1, Math.ceil(values.length / most));
  const points: CurvePoint[] = [];
  for (let from = 0; from < values.length; from += stride) {
    const stretch = values.slice(from, from + stride);
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    let sum = 0;
    for (const { value } of stretch) {
      low = Math.min(low, value);
      high = Math.max(high, value);
      sum += value;
    }
    points.push({ step: stretch[stretch.length - 1].step, low, high, mean: sum / stretch.length });
  }
  return points;
}

/** Each mean over the `window` points that end with it, where a curve is too noisy to be read. */
export function smoothed(points: readonly CurvePoint[], window: number): CurvePoint[] {
  let sum = 0;
  return points.map((point, i) => {
    sum += point.mean;
    if (i >= window) sum -= points[i - window].mean;
    return { ...point, mean: sum / Math.min(i + 1, window) };
  });
}
