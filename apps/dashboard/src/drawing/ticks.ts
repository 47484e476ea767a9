/** Round numbers along an axis, and how many decimals tell them apart. */
export interface Ticks {
  readonly values: readonly number[];
  readonly step: number;
  readonly decimals: number;
}

/** Below that, parts of a range are no numbers that can be divided by. */
const smallestSpan = 1e-300;

/**
 * The smallest of 1, 2 and 5 times a power of ten that divides `span` into at most `count` parts.
 *
 * @example
 * niceStep(200, 5); // 50
 */
export function niceStep(span: number, count: number): number {
  if (!(span > smallestSpan) || !Number.isFinite(span)) return 1;
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  // Rounding in log10 and the division must not push an exact 1, 2 or 5 to the next one.
  const slack = 1 + 1e-9;
  for (const factor of [1, 2, 5, 10]) {
    if (factor * power * slack >= rough) return factor * power;
  }
  return 10 * power;
}

/**
 * Ticks at multiples of a nice step from `min` to `max`, with at most `count` steps between them.
 *
 * @example
 * ticksBetween(0, 200, 5).values; // [0, 50, 100, 150, 200]
 */
export function ticksBetween(min: number, max: number, count: number): Ticks {
  const step = niceStep(max - min, count);
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  const values: number[] = [];
  // Products, not a running sum: sums drift away from the round number. `+ 0` turns -0 into 0.
  for (let position = first; position <= last; position++) values.push(position * step + 0);
  return { values, step, decimals: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}

/** The first round number at or above `value`, so that an axis from 0 to it has room for every point. */
export function niceCeiling(value: number, count: number): number {
  if (!(value > smallestSpan) || !Number.isFinite(value)) return 1;
  const step = niceStep(value, count);
  // There may be no round number between a value and infinity.
  return Math.min(Math.ceil(value / step - 1e-9) * step, Number.MAX_VALUE);
}
