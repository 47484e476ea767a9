import type { Tensor } from "@gradwerk/tensor";
import { foldIn, randomBits, splitKey } from "@gradwerk/tensor/draws";
import { philox4x32 } from "@gradwerk/tensor/random";
import { describe, expect, test } from "vitest";
import { laidOut, layoutKinds, valuesOf } from "../../support/layouts.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();

describe("device.randomKey", () => {
  test("holds the low and the high word of the seed, then of the stream", () => {
    const key = device.randomKey(2 ** 32 + 5, 3 * 2 ** 32 + 7);
    expect([key.shape, key.dtype, valuesOf(key)]).toEqual([[4], "int32", [5, 1, 7, 3]]);
    expect(valuesOf(device.randomKey(2 ** 32 - 1))).toEqual([-1, 0, 0, 0]);
    expect(valuesOf(device.randomKey(2 ** 53 - 1))).toEqual([-1, 2 ** 21 - 1, 0, 0]);
  });

  test.each([-1, 0.5, 2 ** 53, Number.NaN, "7"])("refuses the seed and the stream %s", (bad) => {
    const range = "must be a whole number from 0 to 2^53 - 1";
    expect(refusalOf(() => device.randomKey(bad as number))).toEqual({
      code: "random-seed",
      message: `randomKey: seed ${range}, got ${bad}.`,
    });
    expect(refusalOf(() => device.randomKey(0, bad as number)).message).toBe(
      `randomKey: stream ${range}, got ${bad}.`,
    );
  });
});

describe("splitKey", () => {
  const key = device.randomKey(7, 1);

  test("gives the random words of the key, four for each new one, two keys unless told otherwise", () => {
    expect(splitKey(key)).toHaveLength(2);
    expect(splitKey(key, 5).flatMap(valuesOf)).toEqual(valuesOf(randomBits(key, [20])));
    expect(splitKey(key, 1).map(({ shape, dtype }) => [shape, dtype])).toEqual([[[4], "int32"]]);
  });

  test("gives other keys for every key, none of them the old one", () => {
    const keys = [key, device.randomKey(8, 1), device.randomKey(7, 2)];
    const all = [...keys, ...keys.flatMap((old) => splitKey(old, 50))];
    expect(new Set(all.map((each) => String(valuesOf(each)))).size).toBe(all.length);
  });

  test("gives the same keys every time", () => {
    expect(splitKey(device.randomKey(7, 1), 3).map(valuesOf)).toEqual(splitKey(key, 3).map(valuesOf));
  });

  test.each([0, -1, 1.5, Number.NaN])("refuses to make %s keys", (count) => {
    expect(refusalOf(() => splitKey(key, count))).toEqual({
      code: "value",
      message: `splitKey: count must be a whole number from 1 up, got ${count}.`,
    });
  });
});

describe("foldIn", () => {
  const key = device.randomKey(7, 1);
  const int32 = (value: number): Tensor => device.full([], value, { dtype: "int32" });

  test("draws the first block of the key whose third word has the number mixed in", () => {
    for (const number of [0, 1, -1, 12345, 2 ** 31 - 1, -(2 ** 31)]) {
      const block = philox4x32([0, 0, 1 ^ number, 0], [7, 0]);
      expect(valuesOf(foldIn(key, number))).toEqual(block.map((word) => word | 0));
    }
  });

  test("takes a number and a tensor that holds it alike", () => {
    for (const number of [0, 3, -9]) {
      const expected = valuesOf(foldIn(key, number));
      expect(valuesOf(foldIn(key, int32(number)))).toEqual(expected);
      expect(valuesOf(foldIn(key, int32(number).reshape([1, 1])))).toEqual(expected);
    }
    const counted = device.arange(5).slice(0, 3, 4);
    expect(valuesOf(foldIn(key, counted))).toEqual(valuesOf(foldIn(key, 3)));
  });

  test("gives another key for each of many numbers, and leaves the old one as it is", () => {
    const folded = Array.from({ length: 200 }, (_, i) => String(valuesOf(foldIn(key, i))));
    expect(new Set([...folded, String(valuesOf(key))]).size).toBe(201);
    expect(valuesOf(key)).toEqual([7, 0, 1, 0]);
  });

  test.each([0.5, 2 ** 31, -(2 ** 31) - 1, Number.NaN])("refuses the number %s", (number) => {
    expect(refusalOf(() => foldIn(key, number))).toEqual({
      code: "value",
      message: `foldIn: needs a whole number of 32 bits or an int32 tensor of one element, got ${number}.`,
    });
  });

  test("refuses tensors of another dtype or of several elements", () => {
    for (const wrong of [device.ones([]), device.zeros([2], { dtype: "int32" })]) {
      expect(refusalOf(() => foldIn(key, wrong))).toEqual({
        code: "value",
        message: `foldIn: needs a whole number of 32 bits or an int32 tensor of one element, got ${wrong}.`,
      });
    }
  });
});

test.each(layoutKinds)("a %s key is as good as any", (kind) => {
  const words = [5, -6, 7, 8];
  const [key, other] = [device.tensor(Int32Array.from(words)), laidOut(device, kind, words, [4], "int32")];
  expect(valuesOf(foldIn(other, 3))).toEqual(valuesOf(foldIn(key, 3)));
  expect(splitKey(other).map(valuesOf)).toEqual(splitKey(key).map(valuesOf));
});
