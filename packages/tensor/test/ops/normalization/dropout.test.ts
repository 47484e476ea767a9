import { dropout, type Tensor } from "@gradwerk/tensor";
import { PhiloxRandom } from "@gradwerk/tensor/random";
import { describe, expect, test } from "vitest";
import { laidOut, layoutKinds, mixedValues, valuesOf } from "../../support/layouts.ts";
import { recordingFused } from "../../support/recording-fused.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();

/** Which elements stay, by the definition: those whose random word is at least `rate * 2^32`, or the largest. */
function kept(count: number, rate: number, seed: number): boolean[] {
  const random = new PhiloxRandom(seed);
  return Array.from({ length: count }, () => {
    const word = random.uint32();
    return word >= rate * 2 ** 32 || word === 2 ** 32 - 1;
  });
}

describe("dropout", () => {
  test.each(layoutKinds.flatMap((kind) => [0, 0.25, 0.5, 0.9].map((rate) => [kind, rate] as const)))(
    "drops elements of a %s tensor where its random words say, at rate %d",
    (kind, rate) => {
      const values = mixedValues(105);
      const y = dropout(laidOut(device, kind, values, [3, 5, 7]), device.randomKey(9), { rate });
      const stays = kept(105, rate, 9);
      expect([y.shape, y.dtype]).toEqual([[3, 5, 7], "float64"]);
      expect(valuesOf(y)).toEqual(values.map((x, i) => (stays[i] ? x * (1 / (1 - rate)) : 0)));
    },
  );

  test("drops half unless told otherwise, and the same places for the same key", () => {
    const x = device.ones([64]);
    const key = device.randomKey(3, 1);
    const y = valuesOf(dropout(x, key));
    expect(new Set(y)).toEqual(new Set([0, 2]));
    expect(valuesOf(dropout(x, key, { rate: 0.5 }))).toEqual(y);
    expect(valuesOf(dropout(x, device.randomKey(4)))).not.toEqual(y);
  });

  test("drops all but the largest word at a rate just below 1, and nothing at 0", () => {
    const x = device.ones([1000]);
    expect(valuesOf(dropout(x, device.randomKey(1), { rate: 1 - 2 ** -53 })).every((y) => y === 0)).toBe(
      true,
    );
    expect(valuesOf(dropout(x, device.randomKey(1), { rate: 0 })).every((y) => y === 1)).toBe(true);
  });

  // Of 100,000 elements each rate p drops p n; the deviation is sqrt(n p (1 - p)), of which 5 are allowed.
  test.each([0.1, 0.5, 0.8])("drops a share of %d", (rate) => {
    const count = 100_000;
    const stays = kept(count, rate, 5).filter((stay) => !stay).length;
    expect(Math.abs(stays - rate * count)).toBeLessThan(5 * Math.sqrt(count * rate * (1 - rate)));
  });

  test("does not let what it drops through, not even NaN", () => {
    const y = valuesOf(dropout(device.full([64], Number.NaN), device.randomKey(2)));
    expect(y.map((value) => (Number.isNaN(value) ? 1 : value))).toEqual(kept(64, 0.5, 2).map(Number));
  });

  test("works on nothing and on a single number", () => {
    expect(dropout(device.zeros([0, 3]), device.randomKey(1)).shape).toEqual([0, 3]);
    expect(valuesOf(dropout(device.tensor(2), device.randomKey(1), { rate: 0 }))).toEqual([2]);
  });

  test.each([-0.1, 1, 1.5, Number.NaN, "0.5", null])("refuses the rate %s", (rate) => {
    expect(refusalOf(() => dropout(device.ones([2]), device.randomKey(1), { rate: rate as number }))).toEqual(
      {
        code: "value",
        message: `dropout: rate must be from 0 up and below 1, got ${rate}.`,
      },
    );
  });

  test("refuses whole numbers, and what is no key", () => {
    const key = device.randomKey(1);
    expect(refusalOf(() => dropout(device.ones([2], { dtype: "int32" }), key))).toEqual({
      code: "dtype",
      message: 'dropout: needs float32 or float64, got int32. Convert first: x.cast("float32").',
    });
    expect(refusalOf(() => dropout(device.ones([2]), device.ones([4])))).toEqual({
      code: "value",
      message: "dropout: a random key is int32 [4], got float32 [4]. Make one with device.randomKey(seed).",
    });
  });
});

describe("dropout on a backend that brings it fused", () => {
  const { fused, calls } = recordingFused("dropout");
  const fusedDevice = strictDevice({ fused });
  const key = (): Tensor => fusedDevice.tensor(Int32Array.of(1, 2, 3, 4));

  test.each(layoutKinds)("hands over a %s tensor, the counter and the key", (kind) => {
    calls.length = 0;
    const y = dropout(laidOut(fusedDevice, kind, mixedValues(6), [2, 3]), key(), { rate: 0.25 });
    expect(calls).toEqual([
      {
        kernel: "dropout",
        out: [[2, 3]],
        inputs: [[2, 3], [2], [2]],
        values: [mixedValues(6), [3, 4], [1, 2]],
        attributes: { rate: 0.25 },
      },
    ]);
    expect(valuesOf(y)).toEqual(Array(6).fill(42));
  });

  test("hands over a key that is a part of a larger tensor, or lies the other way round", () => {
    calls.length = 0;
    const keys = fusedDevice.tensor(Int32Array.of(9, 1, 2, 3, 4, 9));
    dropout(fusedDevice.ones([1]), keys.slice(0, 1, 5));
    dropout(fusedDevice.ones([1]), keys.slice(0, 1, 5).flip());
    expect(calls.map(({ values }) => values.slice(1))).toEqual([
      [
        [3, 4],
        [1, 2],
      ],
      [
        [2, 1],
        [4, 3],
      ],
    ]);
  });

  test("does not ask it where there is nothing to drop", () => {
    calls.length = 0;
    expect(dropout(fusedDevice.zeros([0]), key()).shape).toEqual([0]);
    expect(calls).toEqual([]);
  });
});
