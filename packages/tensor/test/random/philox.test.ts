import { PhiloxRandom, philox4x32 } from "@gradwerk/tensor/random";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { refusalOf } from "../support/refusal.ts";

describe("Philox 4x32-10", () => {
  // Published with the Random123 library of the authors: file kat_vectors, lines "philox4x32 10".
  test("gives the published words for the published counters and keys", () => {
    const ones = 0xffffffff;
    expect(philox4x32([0, 0, 0, 0], [0, 0])).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
    expect(philox4x32([ones, ones, ones, ones], [ones, ones])).toEqual([
      0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd,
    ]);
    expect(philox4x32([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).toEqual([
      0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1,
    ]);
  });

  // The same ten rounds on whole numbers without limit, where nothing can overflow.
  test("agrees with its definition in exact arithmetic for any counter and key", () => {
    const word = fc.integer({ min: 0, max: 0xffffffff });
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), fc.tuple(word, word), (counter, key) => {
        let [c0, c1, c2, c3] = counter.map(BigInt);
        let [k0, k1] = key.map(BigInt);
        for (let round = 0; round < 10; round++) {
          const first = 0xd2511f53n * c0;
          const second = 0xcd9e8d57n * c2;
          [c0, c1, c2, c3] = [(second >> 32n) ^ c1 ^ k0, second, (first >> 32n) ^ c3 ^ k1, first].map(
            (word) => BigInt.asUintN(32, word),
          );
          k0 = BigInt.asUintN(32, k0 + 0x9e3779b9n);
          k1 = BigInt.asUintN(32, k1 + 0xbb67ae85n);
        }
        expect(philox4x32(counter, key)).toEqual([c0, c1, c2, c3].map(Number));
      }),
      { numRuns: 1000 },
    );
  });
});

describe("a stream of Philox numbers", () => {
  test("counts the blocks of its seed up, with the stream in the upper half of the counter", () => {
    const random = new PhiloxRandom(2 ** 32 + 5, 3);
    const words = Array.from({ length: 6 }, () => random.uint32());
    expect(words).toEqual([
      ...philox4x32([0, 0, 3, 0], [5, 1]),
      ...philox4x32([1, 0, 3, 0], [5, 1]).slice(0, 2),
    ]);
  });

  test("differs from the stream of any other number and of any other seed", () => {
    const first = (seed: number, stream: number): number => new PhiloxRandom(seed, stream).uint32();
    expect(new Set([first(7, 0), first(7, 1), first(8, 0), first(7, 2 ** 32)]).size).toBe(4);
  });

  test("draws permutations that hold each number once", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 200 }), (seed, count) => {
        const order = new PhiloxRandom(seed).permutation(count);
        expect(order.toSorted()).toEqual(Uint32Array.from({ length: count }, (_, i) => i));
      }),
    );
  });

  // Of 24,000 draws each of 24 orders is expected 1,000 times; the deviation is 31, so 5 deviations are 155.
  test("draws every order of four equally often", () => {
    const random = new PhiloxRandom(7);
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 24_000; draw++) {
      const order = random.permutation(4).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(155);
  });

  // The mean of n numbers has deviation 1 / sqrt(12 n), their variance 1 / sqrt(180 n): 5 deviations for n = 100,000.
  test("spreads evenly from 0 to 1, the end excluded", () => {
    const random = new PhiloxRandom(7);
    const values = Array.from({ length: 100_000 }, () => random.uniform());
    const mean = values.reduce((sum, x) => sum + x) / values.length;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(0.0046);
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.0012);
    expect(values.every((x) => x >= 0 && x < 1)).toBe(true);
  });

  test("gives whole numbers below any end up to 2^32", () => {
    const random = new PhiloxRandom(7);
    for (const end of [1, 2, 3, 1000, 2 ** 31 + 1, 2 ** 32]) {
      const values = Array.from({ length: 100 }, () => random.integerBelow(end));
      expect(values.every((x) => Number.isInteger(x) && x >= 0 && x < end)).toBe(true);
    }
  });

  // Were 2^32 words shared out among 3 * 2^30 numbers, the first third would come twice as often as the others. Of
  // 30,000 draws each third is expected 10,000 times; the deviation is 82, so 5 deviations are 410.
  test("favours no number where the end does not divide 2^32", () => {
    const random = new PhiloxRandom(7);
    const counts = [0, 0, 0];
    for (let draw = 0; draw < 30_000; draw++)
      counts[Math.floor(random.integerBelow(3 * 2 ** 30) / 2 ** 30)]++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(410);
  });

  test.each([-1, 0.5, 2 ** 53, Number.NaN])("refuses the seed %s and the stream %s", (bad) => {
    const range = "must be a whole number from 0 to 2^53 - 1";
    expect(refusalOf(() => new PhiloxRandom(bad))).toEqual({
      code: "random-seed",
      message: `random: seed ${range}, got ${bad}.`,
    });
    expect(refusalOf(() => new PhiloxRandom(0, bad)).message).toBe(`random: stream ${range}, got ${bad}.`);
  });

  test.each([0, -1, 1.5, 2 ** 32 + 1, Number.NaN])(
    "refuses to draw below %s, and to order so many numbers",
    (bad) => {
      expect(refusalOf(() => new PhiloxRandom(7).integerBelow(bad)).code).toBe("random-range");
      if (bad !== 0) expect(refusalOf(() => new PhiloxRandom(7).permutation(bad)).code).toBe("random-range");
    },
  );
});
