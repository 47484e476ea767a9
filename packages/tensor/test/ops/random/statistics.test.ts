import { createCpuBackend } from "@gradwerk/backend-cpu";
import { createDevice, dropout, type Tensor } from "@gradwerk/tensor";
import { bernoulli, foldIn, normal, permutation, randint, uniform } from "@gradwerk/tensor/draws";
import { describe, expect, test } from "vitest";
import { chiSquare, distanceFrom, normalBelow } from "../../support/chances.ts";

// Large draws, on the reference backend without the guard. Seeds are fixed: a test passes always or never.
const device = createDevice(createCpuBackend());
const patience = 120_000;

/** All numbers of several draws, each with a key of its own. */
function draws(
  count: number,
  perDraw: number,
  seed: number,
  draw: (key: Tensor, count: number) => Tensor,
): Float64Array {
  const all = new Float64Array(count);
  for (let start = 0; start < count; start += perDraw) {
    device.scope(() => {
      const key = foldIn(device.randomKey(seed), start / perDraw);
      all.set(draw(key, perDraw).dataSync(), start);
    });
  }
  return all;
}

/** The means of the first, second, third and fourth power of what lies beyond `centre`. */
function momentsOf(values: Float64Array, centre: number): number[] {
  const sums = [0, 0, 0, 0];
  for (const value of values) {
    const x = value - centre;
    sums[0] += x;
    sums[1] += x * x;
    sums[2] += x * x * x;
    sums[3] += x * x * x * x;
  }
  return sums.map((sum) => sum / values.length);
}

interface Distribution {
  readonly name: string;
  readonly draw: (key: Tensor, count: number) => Tensor;
  readonly centre: number;
  /** The means of the first eight powers of what lies beyond the centre. */
  readonly moments: readonly number[];
  readonly below: (x: number) => number;
  readonly count: number;
}

// Around 1/2 a uniform number's k-th moment is 2^-k / (k + 1) for even k.
const ofUniform = [0, 1 / 12, 0, 1 / 80, 0, 1 / 448, 0, 1 / 2304];
// A normal number's is (k - 1)!! for even k.
const ofNormal = [0, 1, 0, 3, 0, 15, 0, 105];

const distributions: readonly Distribution[] = [
  {
    name: "uniform float32 numbers",
    draw: (key, count) => uniform(key, [count]),
    centre: 0.5,
    moments: ofUniform,
    below: (x) => x,
    count: 10_000_000,
  },
  {
    name: "normal float32 numbers",
    draw: (key, count) => normal(key, [count]),
    centre: 0,
    moments: ofNormal,
    below: normalBelow,
    count: 10_000_000,
  },
  {
    name: "uniform float64 numbers",
    draw: (key, count) => uniform(key, [count], { dtype: "float64" }),
    centre: 0.5,
    moments: ofUniform,
    below: (x) => x,
    count: 1_000_000,
  },
  {
    name: "normal float64 numbers",
    draw: (key, count) => normal(key, [count], { dtype: "float64" }),
    centre: 0,
    moments: ofNormal,
    below: normalBelow,
    count: 1_000_000,
  },
];

describe.each(distributions)("$count $name from the device", ({ draw, centre, moments, below, count }) => {
  // A moment's standard error is that of the mean of x^k: sqrt((E x^2k - (E x^k)^2) / n).
  test("have the mean, variance, third and fourth moment of their distribution, and its shape", {
    timeout: patience,
  }, () => {
    const values = draws(count, count / 10, 2024, draw);
    const found = momentsOf(values, centre);
    const errors = found.map((moment, i) => {
      const k = i + 1;
      const standardError = Math.sqrt((moments[2 * k - 1] - moments[k - 1] ** 2) / count);
      return Math.abs(moment - moments[k - 1]) / standardError;
    });
    expect(Math.max(...errors)).toBeLessThan(5);
    // 0.1 % of all samples lie further away.
    expect(distanceFrom(values.sort(), below)).toBeLessThan(1.95 / Math.sqrt(count));
  });
});

describe("shares", () => {
  const count = 1_000_000;
  const countsOf = (values: Float64Array, choices: number, low: number): number[] => {
    const counts = new Array<number>(choices).fill(0);
    for (const value of values) counts[value - low]++;
    return counts;
  };

  // The chi-square that 0.1 % of all samples exceed, for one choice fewer than there are.
  test.each([
    [0, 2, 10.83],
    [-3, 4, 22.46],
    [10, 20, 27.88],
    [0, 100, 148.23],
  ])("of randint from %d to below %d are even", { timeout: patience }, (low, high, critical) => {
    const choices = high - low;
    const values = draws(count, count / 5, 11, (key, n) => randint(key, low, high, [n]));
    const expected = new Array<number>(choices).fill(count / choices);
    expect(chiSquare(countsOf(values, choices, low), expected)).toBeLessThan(critical);
  });

  test.each([0.01, 0.3, 0.5, 0.9])(
    "of bernoulli are those asked for: %d",
    { timeout: patience },
    (probability) => {
      const values = draws(count, count / 5, 12, (key, n) => bernoulli(key, probability, [n]));
      const expected = [count * (1 - probability), count * probability];
      expect(chiSquare(countsOf(values, 2, 0), expected)).toBeLessThan(10.83);
    },
  );

  test.each([0.1, 0.5, 0.75])("of dropout are its rate: %d", { timeout: patience }, (rate) => {
    const ones = device.ones([count / 5], { dtype: "float64" });
    const values = draws(count, count / 5, 13, (key) => dropout(ones, key, { rate }));
    const dropped = values.reduce((sum, value) => sum + Number(value === 0), 0);
    expect(chiSquare([dropped, count - dropped], [count * rate, count * (1 - rate)])).toBeLessThan(10.83);
  });
});

describe("permutation", () => {
  // Rows and columns of the table of numbers and places add up by themselves: (6 - 1)^2 degrees of freedom.
  test("puts each of six numbers into each place equally often", { timeout: patience }, () => {
    const rounds = 2_000;
    const counts = new Array<number>(36).fill(0);
    for (let round = 0; round < rounds; round++) {
      device.scope(() => {
        const order = permutation(foldIn(device.randomKey(14), round), 6).dataSync();
        for (const [place, number] of order.entries()) counts[6 * place + number]++;
      });
    }
    // Each place holds one number: the statistic of independent counts, times (6 - 1) / 6, has that many degrees.
    const statistic = chiSquare(counts, new Array<number>(36).fill(rounds / 6)) * (5 / 6);
    expect(statistic).toBeLessThan(52.62);
  });

  test("scatters neighbours of a large order over the whole of it", { timeout: patience }, () => {
    // 4,096 numbers in 16 blocks, found in 16 blocks of places: 16 in each pair, 225 degrees of freedom.
    const order = device.scope(() => permutation(device.randomKey(15), 4096).dataSync());
    const counts = new Array<number>(256).fill(0);
    for (const [place, number] of order.entries()) {
      counts[16 * Math.floor(place / 256) + Math.floor(number / 256)]++;
    }
    expect(chiSquare(counts, new Array<number>(256).fill(16))).toBeLessThan(297);
  });
});
