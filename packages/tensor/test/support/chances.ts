/** The largest distance of sorted draws from their distribution function, by Kolmogorov and Smirnov. */
export function distanceFrom(sorted: ArrayLike<number>, distribution: (x: number) => number): number {
  let largest = 0;
  for (let i = 0; i < sorted.length; i++) {
    const p = distribution(sorted[i]);
    largest = Math.max(largest, p - i / sorted.length, (i + 1) / sorted.length - p);
  }
  return largest;
}

/** Pearson's chi-square: how far counts are from those expected. */
export function chiSquare(counts: readonly number[], expected: readonly number[]): number {
  return counts.reduce((sum, count, i) => sum + (count - expected[i]) ** 2 / expected[i], 0);
}

/**
 * The share of the normal distribution below x, within 1.5e-7.
 *
 * Source: M. Abramowitz, I. Stegun, "Handbook of Mathematical Functions", 7.1.26.
 */
export function normalBelow(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const sum =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = (sum * Math.exp(-z * z)) / 2;
  return x < 0 ? tail : 1 - tail;
}
