// ln 2 as an unevaluated sum of two doubles: the first holds the leading 53 bits, the second the next 53.
const ln2High = Math.LN2;
const ln2Low = 2.3190468138462996e-17;

/**
 * The natural logarithm of a positive, finite, normal number, correctly rounded.
 *
 * `Math.log` may be off by one unit in the last place, and by a different one on every engine. NumPy calls the C
 * library's logarithm, which rounds correctly in all but a few cases (4 in 10,000 with glibc 2.36 on x86-64, where
 * it is off by one unit in the last place), so that published NumPy draws repeat.
 *
 * With `x = 2^k m`, `m` in [sqrt(1/2), sqrt(2)) and `s = (m - 1) / (m + 1)`:
 * `ln x = k ln 2 + 2 (s + s^3/3 + s^5/5 + ...)`, summed in double-double arithmetic (T. J. Dekker, "A
 * floating-point technique for extending the available precision", Numerische Mathematik 18, 1971).
 */
export function logExact(x: number): number {
  let exponent = 0;
  let m = x;
  while (m < Math.SQRT1_2) {
    m *= 2;
    exponent--;
  }
  while (m >= Math.SQRT2) {
    m /= 2;
    exponent++;
  }
  const s = divide(m - 1, m + 1, remainderOfSum(m, 1));
  const square = multiply(s, s);
  // s^2 <= 0.0295: the terms from s^16 on weigh less than 2^-40, so that a plain sum of them is exact enough.
  let tail = 0;
  for (let n = 39; n >= 17; n -= 2) tail = tail * square[0] + 1 / n;
  let series: DoubleDouble = [tail, 0];
  for (let n = 15; n >= 1; n -= 2) series = add(multiply(series, square), divide(1, n, 0));
  const logM = multiply(series, [2 * s[0], 2 * s[1]]);
  const logPower = add(multiply([exponent, 0], [ln2High, 0]), multiply([exponent, 0], [ln2Low, 0]));
  const [high, low] = add(logPower, logM);
  return high + low;
}

/** A number as the unevaluated sum of a double and a much smaller one. */
type DoubleDouble = readonly [high: number, low: number];

function remainderOfSum(a: number, b: number): number {
  const sum = a + b;
  const bPart = sum - a;
  return a - (sum - bPart) + (b - bPart);
}

function add([ah, al]: DoubleDouble, [bh, bl]: DoubleDouble): DoubleDouble {
  const sum = ah + bh;
  const low = remainderOfSum(ah, bh) + al + bl;
  const high = sum + low;
  return [high, low - (high - sum)];
}

// Splits a double into halves of at most 26 bits, whose products are exact.
function split(a: number): DoubleDouble {
  const scaled = 134217729 * a;
  const high = scaled - (scaled - a);
  return [high, a - high];
}

function multiply([ah, al]: DoubleDouble, [bh, bl]: DoubleDouble): DoubleDouble {
  const product = ah * bh;
  const [a1, a2] = split(ah);
  const [b1, b2] = split(bh);
  const low = a1 * b1 - product + a1 * b2 + a2 * b1 + a2 * b2 + (ah * bl + al * bh);
  const high = product + low;
  return [high, low - (high - product)];
}

// numerator / (denominator + rest), with one step of long division for the low part.
function divide(numerator: number, denominator: number, rest: number): DoubleDouble {
  const quotient = numerator / denominator;
  const [back, backLow] = multiply([quotient, 0], [denominator, rest]);
  const low = (numerator - back - backLow) / denominator;
  const high = quotient + low;
  return [high, low - (high - quotient)];
}
