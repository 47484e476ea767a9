import { randomBits, uniform } from "@gradwerk/tensor/draws";
import { PhiloxRandom, philox4x32 } from "@gradwerk/tensor/random";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { laidOut, layoutKinds, valuesOf } from "../../support/layouts.ts";
import { recordingFused } from "../../support/recording-fused.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();

describe("randomBits", () => {
  // Published with the Random123 library of the authors: file kat_vectors, line "philox4x32 10" of zeros.
  test("gives the published words for a counter and a key of zeros", () => {
    const published = [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8];
    expect(valuesOf(randomBits(device.randomKey(0), [4]))).toEqual(published.map((word) => word | 0));
  });

  test.each([
    [0, 0],
    [1, 0],
    [7, 3],
    [2 ** 32 - 1, 2 ** 32 - 1],
    [2 ** 53 - 1, 2 ** 53 - 1],
    [2 ** 40 + 11, 2 ** 33],
  ])("is word for word what PhiloxRandom draws for seed %d, stream %d", (seed, stream) => {
    for (const count of [1, 2, 3, 4, 5, 7, 64, 101]) {
      const random = new PhiloxRandom(seed, stream);
      const words = Array.from({ length: count }, () => random.uint32() | 0);
      expect(valuesOf(randomBits(device.randomKey(seed, stream), [count]))).toEqual(words);
    }
  });

  test("is the block with its number as counter for every key there is", () => {
    const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), (key) => {
        using _scope = device.openScope();
        const blocks = [0, 1, 2].flatMap((block) =>
          philox4x32([block, 0, key[2], key[3]], [key[0], key[1]]).map((bits) => bits | 0),
        );
        expect(valuesOf(randomBits(device.tensor(Int32Array.from(key)), [12]))).toEqual(blocks);
      }),
    );
  });

  test("fills shapes in row-major order, of no elements too", () => {
    const key = device.randomKey(3);
    const bits = randomBits(key, [2, 3]);
    expect([bits.shape, bits.dtype]).toEqual([[2, 3], "int32"]);
    expect(valuesOf(bits)).toEqual(valuesOf(randomBits(key, [6])));
    expect(randomBits(key, [0, 3]).shape).toEqual([0, 3]);
    expect(valuesOf(randomBits(key, []))).toEqual(valuesOf(randomBits(key, [1])));
  });

  test("is nothing that a recorder is told of", () => {
    const seen: string[] = [];
    device.recordWith({ record: ({ op }) => seen.push(op) }, () => randomBits(device.randomKey(1), [5]));
    expect(seen).toEqual([]);
  });
});

describe("what is no key", () => {
  const wrong = [
    device.zeros([4]),
    device.zeros([3], { dtype: "int32" }),
    device.zeros([1, 4], { dtype: "int32" }),
  ];

  test.each(wrong)("%s is refused, with how to make one", (key) => {
    expect(refusalOf(() => randomBits(key, [1]))).toEqual({
      code: "value",
      message: `randomBits: a random key is int32 [4], got ${key.dtype} [${key.shape.join(", ")}]. Make one with device.randomKey(seed).`,
    });
  });
});

describe("randomBits on a backend that brings it fused", () => {
  const { fused, calls } = recordingFused("randomBits");
  const fusedDevice = strictDevice({ fused });

  test.each(layoutKinds)("hands over the counter and the key of a %s tensor", (kind) => {
    calls.length = 0;
    const key = laidOut(fusedDevice, kind, [1, 2, 3, 4], [4], "int32");
    const bits = randomBits(key, [2, 3]);
    expect(calls).toEqual([
      {
        kernel: "randomBits",
        out: [[6]],
        inputs: [[2], [2]],
        values: [
          [3, 4],
          [1, 2],
        ],
        attributes: {},
      },
    ]);
    expect([bits.shape, valuesOf(bits)]).toEqual([[2, 3], Array(6).fill(0)]);
  });

  test("is asked by everything that draws, for as many words as there are bits to use", () => {
    calls.length = 0;
    const key = fusedDevice.randomKey(1);
    uniform(key, [5]);
    uniform(key, [5], { dtype: "float64" });
    expect(calls.map(({ out }) => out)).toEqual([[[5]], [[10]]]);
  });

  test("is not asked for no words", () => {
    calls.length = 0;
    expect(randomBits(fusedDevice.randomKey(1), [0]).shape).toEqual([0]);
    expect(calls).toEqual([]);
  });
});
