import { TensorError } from "../errors.ts";
import { logExact } from "./log.ts";
import { Mt19937 } from "./mt19937.ts";

/**
 * NumPy's legacy generator: what `np.random.seed(s)` followed by the draws of the same name gives.
 * Published NumPy experiments can be repeated with their very numbers.
 *
 * Every draw is an exact function of the bits but one: normal numbers pass through a logarithm, for which NumPy
 * relies on the C library of its platform. Here it is correctly rounded, which is what glibc gives in all but a few
 * cases: about 4 of 10,000 normal draws differ from NumPy on Linux, by one unit in the last place.
 *
 * A count that is no whole number from 0 up is a TensorError `random-range`.
 *
 * Each draw moves the one stream of bits on, so the order of calls matters as it does in NumPy.
 *
 * Source: NumPy's `RandomState` (frozen by NumPy's compatibility policy, NEP 19); the normal distribution is
 * G. Marsaglia's polar method (SIAM Review 6, 1964).
 *
 * @example
 * const random = new NumpyRandom(7); // np.random.seed(7)
 * random.normal(0, 1, 3); // [1.690525703800356, -0.4659373705408328, 0.0328201636785844]
 */
export class NumpyRandom {
  readonly #bits: Mt19937;
  // The polar method makes two values at a time; the second waits here for the next call.
  #spareNormal: number | undefined;

  /**
   * @param seed a whole number from 0 to 2^32 - 1
   * @throws TensorError `random-seed` for anything else
   */
  constructor(seed: number) {
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
      throw new TensorError(
        "random-seed",
        `NumpyRandom: seed must be a whole number from 0 to 2^32 - 1 (4294967295), got ${seed}.`,
      );
    }
    this.#bits = new Mt19937(seed);
  }

  /** The next 32 random bits as an integer from 0 to 2^32 - 1. */
  uint32(): number {
    return this.#bits.uint32();
  }

  /** One number from 0 to 1, the end excluded, with 53 random bits. */
  double(): number {
    const high = this.#bits.uint32() >>> 5;
    const low = this.#bits.uint32() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** `np.random.random_sample(count)`: numbers from 0 to 1, the end excluded. */
  randomSample(count: number): Float64Array {
    checkCount("randomSample", count);
    return Float64Array.from({ length: count }, () => this.double());
  }

  /** `np.random.uniform(low, high, count)`: numbers from `low` to `high`, the end excluded. */
  uniform(low: number, high: number, count: number): Float64Array {
    checkCount("uniform", count);
    return Float64Array.from({ length: count }, () => low + (high - low) * this.double());
  }

  /** `np.random.normal(mean, deviation, count)`: the normal distribution. */
  normal(mean: number, deviation: number, count: number): Float64Array {
    checkCount("normal", count);
    if (!(deviation >= 0)) {
      throw new TensorError(
        "random-range",
        `normal: deviation must be a number from 0 up, got ${deviation}.`,
      );
    }
    return Float64Array.from({ length: count }, () => mean + deviation * this.#standardNormal());
  }

  /** `np.random.randint(low, high, count)`: whole numbers from `low` to `high - 1`. */
  randint(low: number, high: number, count: number): Float64Array {
    const range = high - 1 - low;
    if (
      !Number.isSafeInteger(low) ||
      !Number.isSafeInteger(high) ||
      range < 0 ||
      !Number.isSafeInteger(range)
    ) {
      throw new TensorError(
        "random-range",
        `randint: needs whole numbers with low < high, at most 2^53 - 1 apart, got low ${low} and high ${high}.`,
      );
    }
    checkCount("randint", count);
    return Float64Array.from({ length: count }, () => low + this.#integerUpTo(range));
  }

  /** `np.random.permutation(count)`: the numbers 0 to `count - 1` in random order. */
  permutation(count: number): Uint32Array {
    checkCount("permutation", count);
    const order = Uint32Array.from({ length: count }, (_, i) => i);
    this.shuffle(order);
    return order;
  }

  /** `np.random.shuffle(values)`: puts `values` into random order, in place (Fisher and Yates). */
  shuffle(values: { [index: number]: number; readonly length: number }): void {
    for (let last = values.length - 1; last > 0; last--) {
      const other = this.#integerUpTo(last);
      const kept = values[last];
      values[last] = values[other];
      values[other] = kept;
    }
  }

  #standardNormal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    let x: number;
    let y: number;
    let squaredRadius: number;
    do {
      x = 2 * this.double() - 1;
      y = 2 * this.double() - 1;
      squaredRadius = x * x + y * y;
    } while (squaredRadius >= 1 || squaredRadius === 0);
    const factor = Math.sqrt((-2 * logExact(squaredRadius)) / squaredRadius);
    this.#spareNormal = factor * x;
    return factor * y;
  }

  // A whole number from 0 to `max`, both included: bits above the leading one of `max` are masked off, and what
  // still exceeds `max` is drawn again.
  #integerUpTo(max: number): number {
    if (max === 0) return 0;
    if (max <= 0xffffffff) {
      const mask = 0xffffffff >>> Math.clz32(max);
      let value: number;
      do value = (this.#bits.uint32() & mask) >>> 0;
      while (value > max);
      return value;
    }
    const highMask = 0xffffffff >>> Math.clz32(Math.floor(max / 2 ** 32));
    let value: number;
    do {
      const high = (this.#bits.uint32() & highMask) >>> 0;
      value = high * 2 ** 32 + this.#bits.uint32();
    } while (value > max);
    return value;
  }
}

function checkCount(draw: string, count: number): void {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new TensorError("random-range", `${draw}: count must be a whole number from 0 up, got ${count}.`);
  }
}
