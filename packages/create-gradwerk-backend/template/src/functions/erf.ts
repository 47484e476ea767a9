/** Enough of each for float64, below 1 and from 1 on. */
const terms = 20;
const levels = 200;

/**
 * The error function, 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x, to a few units in the last place.
 *
 * Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.6 and 7.1.14.
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x); // 1 - erf(6) is 2e-17, less than float64 can tell from 1
  return size < 1 ? series(x) : Math.sign(x) * (1 - complement(size)); // NaN goes on to the second, and stays NaN
}

/** 2 / sqrt(pi) exp(-x^2) x (1 + 2x^2/3 (1 + 2x^2/5 (1 + ...))): no term is negative, so nothing cancels. */
function series(x: number): number {
  let sum = 1;
  for (let n = terms; n >= 1; n -= 1) sum = 1 + ((2 * x * x) / (2 * n + 1)) * sum;
  return (2 / Math.sqrt(Math.PI)) * gauss(x) * x * sum;
}

/** 1 - erf(x) = exp(-x^2) / sqrt(pi) / (x + 1/2 / (x + 1 / (x + 3/2 / (x + ...)))). */
function complement(x: number): number {
  let fraction = x;
  for (let n = levels; n >= 1; n -= 1) fraction = x + n / 2 / fraction;
  return gauss(x) / Math.sqrt(Math.PI) / fraction;
}

/** exp(-x^2). The square of `head` is exact, and `x * x` alone would cost digits. */
function gauss(x: number): number {
  const head = Math.fround(x);
  return Math.exp(-head * head) * Math.exp((head - x) * (head + x));
}
