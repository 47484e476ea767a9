/**
 * Functions in whole numbers: a value is a BigInt over 2^bits, and everything is carried so far that what is lost lies
 * beyond 2^-150 of the result. Series of Taylor, Maclaurin and Gregory, nothing else.
 */

/** A number as `mantissa * 2^-bits`. */
export interface Exact {
  readonly mantissa: bigint;
  readonly bits: number;
}

/** Bits behind the point where results are not small. */
const usual = 256;

const shifted = (value: bigint, by: number): bigint => (by >= 0 ? value << BigInt(by) : value >> BigInt(-by));

/** A float64 in whole numbers of 2^-bits; exact where the bits reach. */
export function fixed(x: number, bits: number): bigint {
  const [integer, exponent] = partsOf(x);
  return shifted(integer, exponent + bits);
}

/** x = integer * 2^exponent */
function partsOf(x: number): [integer: bigint, exponent: number] {
  if (x === 0) return [0n, 0];
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(x))) - 60, -1074);
  // In two steps, none of which overflows.
  const half = Math.floor(-exponent / 2);
  return [BigInt(x * 2 ** half * 2 ** (-exponent - half)), exponent];
}

const cache = new Map<string, bigint>();
function constant(name: string, bits: number, make: () => bigint): bigint {
  const key = `${name} ${bits}`;
  const value = cache.get(key) ?? make();
  cache.set(key, value);
  return value;
}

// 2 artanh(z) = 2 (z + z^3 / 3 + z^5 / 5 + ...)
function twiceArtanh(z: bigint, bits: number): bigint {
  const square = (z * z) >> BigInt(bits);
  let [power, sum] = [z, z];
  for (let n = 3n; power !== 0n && power !== -1n; n += 2n) {
    power = (power * square) >> BigInt(bits);
    sum += power / n;
  }
  return 2n * sum;
}

const ln2 = (bits: number): bigint =>
  constant("ln2", bits, () => twiceArtanh((1n << BigInt(bits)) / 3n, bits));

// Machin: pi / 4 = 4 arctan(1/5) - arctan(1/239)
const halfPi = (bits: number): bigint =>
  constant("pi", bits, () => {
    const one = 1n << BigInt(bits + 8);
    const arctan = (inverse: bigint): bigint => {
      let [power, sum] = [one / inverse, 0n];
      for (let n = 1n; power !== 0n; n += 2n) {
        sum += (n % 4n === 1n ? power : -power) / n;
        power /= inverse * inverse;
      }
      return sum;
    };
    return (2n * (4n * arctan(5n) - arctan(239n))) >> 8n;
  });

function expOf(x: bigint, bits: number): bigint {
  const unit = ln2(bits);
  const n = (2n * x + unit) / (2n * unit) - (x < 0n ? 1n : 0n);
  const r = x - n * unit;
  let [term, sum] = [1n << BigInt(bits), 0n];
  for (let k = 1n; term !== 0n && term !== -1n; k++) {
    sum += term;
    term = (term * r) / (k << BigInt(bits));
  }
  return shifted(sum, Number(n));
}

// x > 0
function logOf(x: bigint, bits: number): bigint {
  const one = 1n << BigInt(bits);
  let k = x.toString(2).length - 1 - bits;
  let m = shifted(x << 64n, -k);
  // From 2/3 to 4/3.
  if (3n * m > 4n * (one << 64n)) {
    m >>= 1n;
    k++;
  }
  const wide = one << 64n;
  const z = ((m - wide) << BigInt(bits)) / (m + wide);
  return twiceArtanh(z, bits) + BigInt(k) * ln2(bits);
}

function sinOf(x: bigint, bits: number, quarters: bigint): bigint {
  const unit = halfPi(bits);
  const n = (2n * x + unit) / (2n * unit) - (2n * x + unit < 0n ? 1n : 0n);
  const r = x - n * unit;
  const turn = (((n + quarters) % 4n) + 4n) % 4n;
  let term = turn % 2n === 0n ? r : 1n << BigInt(bits);
  let sum = 0n;
  for (let k = turn % 2n === 0n ? 2n : 1n; term !== 0n && term !== -1n; k += 2n) {
    sum += term;
    term = (-term * r * r) / ((k * (k + 1n)) << BigInt(2 * bits));
  }
  return turn < 2n ? sum : -sum;
}

function erfOf(x: bigint, bits: number): bigint {
  const square = (x * x) >> BigInt(bits);
  let [power, sum] = [x, 0n];
  for (let n = 0n; power !== 0n && power !== -1n; n++) {
    sum += power / (2n * n + 1n);
    power = (-power * square) / ((n + 1n) << BigInt(bits));
  }
  // 2 / sqrt(pi)
  const root = constant("sqrt pi", bits, () => squareRoot((2n * halfPi(bits)) << BigInt(bits)));
  return ((2n * sum) << BigInt(bits)) / root;
}

function squareRoot(value: bigint): bigint {
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** e^y has that many bits behind the point more than others, so that small results keep theirs. */
const roomFor = (y: number): number => usual + Math.max(0, Math.ceil(-y * Math.LOG2E));

const plain =
  (compute: (x: bigint, bits: number) => bigint) =>
  (x: number): Exact => ({ mantissa: compute(fixed(x, usual), usual), bits: usual });

/** Functions of one number. Arguments are at least 2^-90 in size. */
export const exact = {
  exp(x: number): Exact {
    const bits = roomFor(x);
    return { mantissa: expOf(fixed(x, bits), bits), bits };
  },
  expm1: plain((x, bits) => expOf(x, bits) - (1n << BigInt(bits))),
  log(x: number): Exact {
    const bits = roomFor(-Math.abs(Math.log(x)));
    return { mantissa: logOf(fixed(x, bits), bits), bits };
  },
  log1p: plain((x, bits) => logOf(x + (1n << BigInt(bits)), bits)),
  sin: plain((x, bits) => sinOf(x, bits, 0n)),
  cos: plain((x, bits) => sinOf(x, bits, 1n)),
  tanh: plain((x, bits) => {
    const one = 1n << BigInt(bits);
    const e = expOf(2n * x, bits);
    return ((e - one) << BigInt(bits)) / (e + one);
  }),
  erf: plain(erfOf),
  sigmoid(x: number): Exact {
    const bits = roomFor(-Math.abs(x));
    const e = expOf(fixed(x, bits), bits);
    return { mantissa: (e << BigInt(bits)) / (e + (1n << BigInt(bits))), bits };
  },
} as const;

/** a^b for positive a. */
export function exactPower(a: number, b: number): Exact {
  const bits = roomFor(b * Math.log(a)) + 64;
  return { mantissa: expOf((fixed(b, bits) * logOf(fixed(a, bits), bits)) >> BigInt(bits), bits), bits };
}

/** How far a float is from the exact value, in units of the last place that the dtype has there. */
export function ulpsBetween(found: number, { mantissa, bits }: Exact, dtype: "float32" | "float64"): number {
  const [digits, smallest] = dtype === "float32" ? [24, -149] : [53, -1074];
  const size = mantissa < 0n ? -mantissa : mantissa;
  const unit = Math.max(size.toString(2).length - bits - digits, smallest);
  const [integer, exponent] = partsOf(found);
  // In 2^-32 of the unit.
  const difference = shifted(integer, exponent - unit + 32) - shifted(mantissa, -bits - unit + 32);
  return Math.abs(Number(difference)) / 2 ** 32;
}
