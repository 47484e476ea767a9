/**
 * A curve over the steps of a run in bounded memory. Each bucket stands for `stride` steps and keeps the lowest,
 * the highest and the last value of them, so that a spike stays visible however long the run is. Values are
 * never changed in place: a series that was drawn stays as it was.
 */
export interface Series {
  /** Steps per bucket, a power of two. */
  readonly stride: number;
  /** Buckets in use, empty ones between others included. */
  readonly length: number;
  /** Lowest value per bucket; NaN where no value came. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly last: Float64Array;
}

/** A value at a step, counted from 1. */
export interface SeriesPoint {
  readonly step: number;
  readonly value: number;
}

const maxBuckets = 2048;

/**
 * An empty series for a run of `steps` steps.
 *
 * @example
 * const loss = appendPoints(createSeries(200), [{ step: 1, value: 0.74 }]);
 */
export function createSeries(steps: number): Series {
  let stride = 1;
  while (steps / stride > maxBuckets) stride *= 2;
  const buckets = Math.max(1, Math.ceil(steps / stride));
  const empty = (): Float64Array => new Float64Array(buckets).fill(Number.NaN);
  return { stride, length: 0, low: empty(), high: empty(), last: empty() };
}

/** The series with further points; steps past the planned ones and values that are not finite are left out. */
export function appendPoints(series: Series, points: readonly SeriesPoint[]): Series {
  if (points.length === 0) return series;
  const low = series.low.slice();
  const high = series.high.slice();
  const last = series.last.slice();
  let length = series.length;
  for (const { step, value } of points) {
    const bucket = Math.floor((step - 1) / series.stride);
    if (bucket < 0 || bucket >= low.length || !Number.isFinite(value)) continue;
    const lowest = low[bucket] ?? Number.NaN;
    const highest = high[bucket] ?? Number.NaN;
    low[bucket] = value < lowest || Number.isNaN(lowest) ? value : lowest;
    high[bucket] = value > highest || Number.isNaN(highest) ? value : highest;
    last[bucket] = value;
    length = Math.max(length, bucket + 1);
  }
  return { stride: series.stride, length, low, high, last };
}

/** The series as it was after a step. Of the bucket that the step is in, what came later stays. */
export function upTo(series: Series, step: number): Series {
  const length = Math.min(series.length, Math.ceil(step / series.stride));
  const cut = (values: Float64Array): Float64Array => values.slice().fill(Number.NaN, length);
  return {
    stride: series.stride,
    length,
    low: cut(series.low),
    high: cut(series.high),
    last: cut(series.last),
  };
}

/** The last value at a step or before it; of a bucket that a step is in the middle of, none. */
export function valueAt(series: Series, step: number): number | undefined {
  const buckets = Math.min(series.length, Math.floor(step / series.stride));
  return series.last.subarray(0, buckets).findLast((value) => !Number.isNaN(value));
}

/** The largest value of the series, or undefined while it is empty. */
export function seriesMaximum(series: Series): number | undefined {
  let maximum: number | undefined;
  for (let bucket = 0; bucket < series.length; bucket++) {
    const value = series.high[bucket] ?? Number.NaN;
    if (maximum === undefined ? !Number.isNaN(value) : value > maximum) maximum = value;
  }
  return maximum;
}
