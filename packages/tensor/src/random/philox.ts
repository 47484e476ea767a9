import { TensorError } from "../errors.ts";

/**
 * Philox 4x32-10: ten rounds that turn a counter and a key into 128 random bits. There is no state to carry: the
 * same counter and key give the same bits anywhere, in any order, on any number of threads.
 *
 * Source: J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC '11.
 *
 * @param counter four 32-bit words, lowest first
 * @param key two 32-bit words
 * @returns four 32-bit words as unsigned integers
 * @example
 * philox4x32([0, 0, 0, 0], [0, 0])[0].toString(16); // "6627e8d5"
 */
export function philox4x32(counter: Words4, key: Words2): Words4 {
  const block = new Uint32Array(4);
  fillBlock(block, counter[0], counter[1], counter[2], counter[3], key);
  return [block[0], block[1], block[2], block[3]];
}

// The same without a new array, for many blocks.
function fillBlock(block: Uint32Array, c0: number, c1: number, c2: number, c3: number, key: Words2): void {
  let k0 = key[0];
  let k1 = key[1];
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0);
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  block[0] = c0;
  block[1] = c1;
  block[2] = c2;
  block[3] = c3;
}

/** Four 32-bit words. */
export type Words4 = readonly [number, number, number, number];
/** Two 32-bit words. */
export type Words2 = readonly [number, number];

// The upper 32 bits of the 64-bit product of two 32-bit words.
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = (middle & 0xffff) + aLow * bHigh;
  return aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000);
}

/**
 * A stream of numbers drawn from {@link philox4x32} by counting up.
 *
 * @example
 * new PhiloxRandom(7).permutation(5); // the same five numbers in the same order everywhere
 */
export class PhiloxRandom {
  readonly #key: Words2;
  readonly #stream: Words2;
  readonly #block = new Uint32Array(4);
  #drawn: number = 0;

  /**
   * @param seed a whole number from 0 to 2^53 - 1
   * @param stream a second whole number in that range, for independent streams of one seed, such as epochs
   * @throws TensorError `random-seed` for anything else
   */
  constructor(seed: number, stream: number = 0) {
    this.#key = wordsOf("random", "seed", seed);
    this.#stream = wordsOf("random", "stream", stream);
  }

  /** The next 32 random bits as an integer from 0 to 2^32 - 1. */
  uint32(): number {
    const lane = this.#drawn % 4;
    if (lane === 0) {
      const index = this.#drawn / 4;
      fillBlock(this.#block, index, index / 2 ** 32, this.#stream[0], this.#stream[1], this.#key);
    }
    this.#drawn++;
    return this.#block[lane];
  }

  /** A number from 0 to 1, the end excluded, with 53 random bits. */
  uniform(): number {
    return ((this.uint32() >>> 5) * 2 ** 26 + (this.uint32() >>> 6)) / 2 ** 53;
  }

  /**
   * A whole number from 0 to `end - 1`, each equally likely.
   *
   * @throws TensorError `random-range` unless `end` is a whole number from 1 to 2^32
   */
  integerBelow(end: number): number {
    if (!Number.isInteger(end) || end < 1 || end > 2 ** 32) {
      throw new TensorError(
        "random-range",
        `integerBelow: end must be a whole number from 1 to 2^32, got ${end}.`,
      );
    }
    return this.#below(end);
  }

  /**
   * The numbers 0 to `count - 1` in random order, each order equally likely (Fisher and Yates).
   *
   * @throws TensorError `random-range` unless `count` is a whole number from 0 to 2^32
   */
  permutation(count: number): Uint32Array {
    if (!Number.isInteger(count) || count < 0 || count > 2 ** 32) {
      throw new TensorError(
        "random-range",
        `permutation: count must be a whole number from 0 to 2^32, got ${count}.`,
      );
    }
    const order = new Uint32Array(count);
    for (let i = 0; i < count; i++) order[i] = i;
    for (let last = count - 1; last > 0; last--) {
      const other = this.#below(last + 1);
      const moved = order[last];
      order[last] = order[other];
      order[other] = moved;
    }
    return order;
  }

  // What lies above the largest multiple of `end` is drawn again, so that no remainder is favoured.
  #below(end: number): number {
    const limit = Math.floor(2 ** 32 / end) * end;
    let bits = this.uint32();
    while (bits >= limit) bits = this.uint32();
    // The remainder. A quotient of 32-bit numbers is never rounded up to a whole number.
    return bits - Math.floor(bits / end) * end;
  }
}

/**
 * The low and the high word of a seed.
 *
 * @throws TensorError `random-seed`
 */
export function wordsOf(op: string, name: string, value: number): Words2 {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new TensorError(
      "random-seed",
      `${op}: ${name} must be a whole number from 0 to 2^53 - 1, got ${value}.`,
    );
  }
  return [value | 0, Math.floor(value / 2 ** 32)];
}
