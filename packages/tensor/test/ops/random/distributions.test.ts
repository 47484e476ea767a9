import { createCpuBackend } from "@gradwerk/backend-cpu";
import { dropout, type Tensor } from "@gradwerk/tensor";
import * as draws from "@gradwerk/tensor/draws";
import { PhiloxRandom } from "@gradwerk/tensor/random";
import { describe, expect, test } from "vitest";
import { expectClose } from "../../support/close.ts";
import { nestedOf, valuesOf } from "../../support/layouts.ts";
import { opNamed } from "../../support/op-named.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();

/** What `draw` gives the first `count` times for seed 7, stream 2. */
function drawn<Value>(count: number, draw: (random: PhiloxRandom) => Value): Value[] {
  const random = new PhiloxRandom(7, 2);
  return Array.from({ length: count }, () => draw(random));
}
const key = device.randomKey(7, 2);
const counts = [1, 2, 3, 8, 33];

describe("uniform", () => {
  test.each(counts)("of float64 is PhiloxRandom.uniform, draw for draw: %d", (count) => {
    const values = draws.uniform(key, [count], { dtype: "float64" });
    expect(values.dtype).toBe("float64");
    expect(valuesOf(values)).toEqual(drawn(count, (random) => random.uniform()));
  });

  test.each(counts)("of float32 is the upper 24 bits of each word: %d", (count) => {
    const values = draws.uniform(key, [count]);
    expect(values.dtype).toBe("float32");
    expect(valuesOf(values)).toEqual(drawn(count, (random) => (random.uint32() >>> 8) / 2 ** 24));
  });

  test("spreads between two bounds on request, from 0 to 1 unless told otherwise", () => {
    const unit = drawn(20, (random) => random.uniform());
    const options = { dtype: "float64" } as const;
    const shifted = draws.uniform(key, [20], { ...options, low: -3, high: 5 });
    expect(valuesOf(shifted)).toEqual(unit.map((x) => x * 8 - 3));
    expect(valuesOf(draws.uniform(key, [20], { ...options, low: 0, high: 1 }))).toEqual(unit);
    expect(valuesOf(draws.uniform(key, [2], { low: 2, high: 2 }))).toEqual([2, 2]);
  });

  test.each([
    [1, 0, "needs finite numbers low <= high, got 1 and 0."],
    [-1e308, 1e308, "needs finite numbers low <= high, got -1e+308 and 1e+308."],
    [Number.NaN, 1, "low must be a finite number, got NaN."],
    [0, Number.POSITIVE_INFINITY, "high must be a finite number, got Infinity."],
  ])("refuses the bounds %d and %d", (low, high, message) => {
    expect(refusalOf(() => draws.uniform(key, [1], { low, high }))).toEqual({
      code: "value",
      message: `uniform: ${message}`,
    });
  });
});

describe("normal", () => {
  test.each(counts)("of float64 turns pairs of uniform numbers as Box and Muller do: %d", (count) => {
    const pairs = Math.ceil(count / 2);
    const unit = drawn(2 * pairs, (random) => random.uniform());
    const radius = unit.slice(0, pairs).map((u) => Math.sqrt(-2 * Math.log1p(-u)));
    const turned = (part: (angle: number) => number): number[] =>
      radius.map((r, i) => r * part(2 * Math.PI * unit[pairs + i]));
    const values = draws.normal(key, [count], { dtype: "float64" });
    expect(values.dtype).toBe("float64");
    expectClose(values, [...turned(Math.cos), ...turned(Math.sin)].slice(0, count));
  });

  test("is float32 of mean 0 and deviation 1 unless told otherwise", () => {
    const standard = draws.normal(key, [20]);
    expect(standard.dtype).toBe("float32");
    expect(valuesOf(draws.normal(key, [20], { mean: 0, deviation: 1, dtype: "float32" }))).toEqual(
      valuesOf(standard),
    );
    const moved = draws.normal(key, [20], { mean: 5, deviation: 0.5 });
    expectClose(
      moved,
      valuesOf(standard).map((z) => 5 + z / 2),
      1e-6,
    );
    expect(valuesOf(draws.normal(key, [3], { mean: 4, deviation: 0 }))).toEqual([4, 4, 4]);
  });

  test("stays finite where the uniform number is 0 or as near to 1 as can be", () => {
    const largest = (bits: number): number => Math.sqrt(2 * bits * Math.LN2);
    const values = valuesOf(draws.normal(key, [10_000]));
    expect(Math.max(...values.map(Math.abs))).toBeLessThan(largest(24) + 1e-6);
  });

  test.each([
    [{ mean: Number.NaN }, "mean must be a finite number, got NaN."],
    [{ mean: Number.POSITIVE_INFINITY }, "mean must be a finite number, got Infinity."],
    [{ deviation: -1 }, "deviation must be a finite number from 0 up, got -1."],
    [{ deviation: Number.NaN }, "deviation must be a finite number from 0 up, got NaN."],
  ])("refuses %j", (options, message) => {
    expect(refusalOf(() => draws.normal(key, [1], options))).toEqual({
      code: "value",
      message: `normal: ${message}`,
    });
  });
});

describe("randint", () => {
  test.each([
    [0, 10],
    [-5, 5],
    [0, 2 ** 31],
    [-(2 ** 31), 2 ** 31 - 1],
    [-(2 ** 31), 0],
    [3, 4],
  ])("from %d to below %d takes the upper half of word times choices", (low, high) => {
    const choices = BigInt(high) - BigInt(low);
    const expected = drawn(33, (random) => Number((BigInt(random.uint32()) * choices) >> 32n) + low);
    const values = draws.randint(key, low, high, [33]);
    expect(values.dtype).toBe("int32");
    expect(valuesOf(values)).toEqual(expected);
  });

  test.each([
    [0, 0],
    [1, 0],
    [0.5, 2],
    [0, 2.5],
    [Number.NaN, 1],
    [0, 2 ** 31 + 1],
    [-(2 ** 31) - 1, 0],
    [-(2 ** 31), 2 ** 31],
  ])("refuses from %d to %d", (low, high) => {
    expect(refusalOf(() => draws.randint(key, low, high, [1]))).toEqual({
      code: "value",
      message: `randint: needs whole numbers of 32 bits with low < high, less than 2^32 apart, got ${low} and ${high}.`,
    });
  });
});

describe("bernoulli", () => {
  test.each([0, 0.001, 0.3, 0.5, 0.999, 1])("is 1 where the word is below the chance %d", (probability) => {
    const expected = drawn(200, (random) => Number(random.uint32() < Math.round(probability * 2 ** 32)));
    const values = draws.bernoulli(key, probability, [200]);
    expect(values.dtype).toBe("uint8");
    expect(valuesOf(values)).toEqual(expected);
  });

  test("is certain at 0 and 1, and at what rounds to them", () => {
    expect(valuesOf(draws.bernoulli(key, 0, [50]))).toEqual(Array(50).fill(0));
    expect(valuesOf(draws.bernoulli(key, 1, [50]))).toEqual(Array(50).fill(1));
    expect(valuesOf(draws.bernoulli(key, 1 - 2 ** -40, [50]))).toEqual(Array(50).fill(1));
  });

  test.each([-0.1, 1.1, Number.NaN, "0.5"])("refuses the chance %s", (probability) => {
    expect(refusalOf(() => draws.bernoulli(key, probability as number, [1]))).toEqual({
      code: "value",
      message: `bernoulli: probability must be from 0 to 1, got ${probability}.`,
    });
  });
});

describe("the largest random word", () => {
  // A kernel whose words are all 2^32 - 1, of which there is one in four thousand million.
  const backend = createCpuBackend();
  const largest = strictDevice({
    fused: { randomBits: ([bits]) => backend.kernels.fill([bits], [], { value: -1 }) },
  });
  const rare = largest.randomKey(1);

  test("is a 1 to bernoulli where the chance is 1, and only there", () => {
    expect(valuesOf(draws.bernoulli(rare, 1, [2]))).toEqual([1, 1]);
    expect(valuesOf(draws.bernoulli(rare, 1 - 2 ** -32, [2]))).toEqual([0, 0]);
  });

  test("is the largest number of uniform, of randint, and is never dropped", () => {
    expect(valuesOf(draws.uniform(rare, [1]))).toEqual([1 - 2 ** -24]);
    expect(valuesOf(draws.uniform(rare, [1], { dtype: "float64" }))).toEqual([1 - 2 ** -53]);
    expect(valuesOf(draws.randint(rare, -5, 5, [1]))).toEqual([4]);
    expect(valuesOf(draws.randint(rare, -(2 ** 31), 2 ** 31 - 1, [1]))).toEqual([2 ** 31 - 2]);
    const kept = dropout(largest.ones([1], { dtype: "float64" }), rare, { rate: 1 - 2 ** -53 });
    expect(valuesOf(kept)).toEqual([2 ** 53]);
  });

  test("makes the largest normal number there is", () => {
    const radius = Math.sqrt(2 * 53 * Math.LN2);
    const angle = 2 * Math.PI * (1 - 2 ** -53);
    expectClose(draws.normal(rare, [1], { dtype: "float64" }), [radius * Math.cos(angle)]);
  });
});

describe("permutation", () => {
  test.each([0, 1, 2, 3, 10, 100, 257])("holds each of %d numbers once", (count) => {
    const order = draws.permutation(key, count);
    expect([order.dtype, order.shape]).toEqual(["int32", [count]]);
    expect(valuesOf(order).sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
  });

  test("is the order of random words, once for up to 1,625 numbers and twice for more", () => {
    const sortedBy = (order: readonly number[], roundKey: Tensor): number[] => {
      const words = valuesOf(draws.randomBits(roundKey, [order.length]));
      return order.toSorted((a, b) => words[order.indexOf(a)] - words[order.indexOf(b)]);
    };
    const [only] = draws.splitKey(key, 1);
    const small = Array.from({ length: 50 }, (_, i) => i);
    expect(valuesOf(draws.permutation(key, 50))).toEqual(sortedBy(small, only));
    const [first, second] = draws.splitKey(key, 2);
    const large = Array.from({ length: 1700 }, (_, i) => i);
    expect(valuesOf(draws.permutation(key, 1700))).toEqual(sortedBy(sortedBy(large, first), second));
  });

  test.each([-1, 0.5, Number.NaN])("refuses to order %s numbers", (count) => {
    expect(refusalOf(() => draws.permutation(key, count))).toEqual({
      code: "value",
      message: `permutation: count must be a whole number from 0 up, got ${count}.`,
    });
  });
});

describe("every draw", () => {
  const kinds: [string, (from: Tensor, shape: readonly number[]) => Tensor][] = [
    ["uniform", (from, shape) => draws.uniform(from, shape)],
    ["normal", (from, shape) => draws.normal(from, shape)],
    ["randint", (from, shape) => draws.randint(from, 0, 1000, shape)],
    ["bernoulli", (from, shape) => draws.bernoulli(from, 0.5, shape)],
  ];

  test.each(kinds)("%s fills any shape in row-major order", (_, draw) => {
    expect(valuesOf(draw(key, [2, 3, 4]))).toEqual(valuesOf(draw(key, [24])));
    expect([draw(key, [0, 2]).shape, draw(key, []).shape]).toEqual([[0, 2], []]);
    expect(nestedOf(draw(key, [1]))).toHaveLength(1);
  });

  test.each(kinds)("%s gives the same for the same key and other numbers for others", (_, draw) => {
    const values = valuesOf(draw(key, [40]));
    expect(valuesOf(draw(device.randomKey(7, 2), [40]))).toEqual(values);
    for (const other of [device.randomKey(8, 2), device.randomKey(7, 3), draws.foldIn(key, 0)]) {
      expect(valuesOf(draw(other, [40]))).not.toEqual(values);
    }
  });

  test.each(kinds)("%s refuses a wrong shape, and what is no key", (name, draw) => {
    expect(refusalOf(() => draw(key, [-1]))).toEqual({
      code: "shape",
      message: `${name}: sizes must be whole numbers from 0 up, got [-1].`,
    });
    expect(refusalOf(() => draw(device.ones([4]), [1]))).toEqual({
      code: "value",
      message: `${name}: a random key is int32 [4], got float32 [4]. Make one with device.randomKey(seed).`,
    });
  });

  test.each(["uniform", "normal"])("%s refuses whole dtypes", (name) => {
    expect(refusalOf(() => opNamed(name)(key, [1], { dtype: "int32" }))).toEqual({
      code: "dtype",
      message: `${name}: needs float32 or float64, got int32. Convert first: x.cast("float32").`,
    });
  });
});
