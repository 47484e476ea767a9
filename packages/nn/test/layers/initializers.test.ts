import {
  conv2dLayer,
  dense,
  gainFor,
  type Initializer,
  kaimingNormal,
  kaimingUniform,
  network,
  normal,
  numpyNormal,
  ones,
  orthogonal,
  parametersOf,
  truncatedNormal,
  uniform,
  uniformAround,
  WeightDraws,
  xavierNormal,
  xavierUniform,
  zeros,
} from "@gradwerk/nn";
import type { Shape } from "@gradwerk/tensor";
import { NumpyRandom } from "@gradwerk/tensor/random";
import { describe, expect, it, test } from "vitest";
import { device, sumOver } from "./support/arrays.ts";

const drawnBy = (initializer: Initializer, shape: Shape, seed = 7) =>
  initializer(device, shape, "float64", "weight", new WeightDraws(seed)).dataSync();

const deviationOf = (values: ArrayLike<number>): number =>
  Math.sqrt(sumOver(values.length, (i) => values[i] ** 2) / values.length);
const meanOf = (values: ArrayLike<number>): number =>
  sumOver(values.length, (i) => values[i]) / values.length;
const largestOf = (values: ArrayLike<number>): number => Math.max(...Array.from(values, Math.abs));

// fanIn and fanOut of what follows: a dense layer's 200 and 100; a convolution's 10 x 9 and 40 x 9.
const dense200: Shape = [200, 100];
const kernels: Shape = [40, 10, 3, 3];

describe("uniform weights reach as far as their formula says, and no further", () => {
  test.each<[string, Initializer, Shape, number]>([
    ["kaimingUniform: sqrt(6 / fanIn)", kaimingUniform(), dense200, Math.sqrt(6 / 200)],
    ["of a convolution", kaimingUniform(), kernels, Math.sqrt(6 / 90)],
    ["by fanOut", kaimingUniform({ mode: "fanOut" }), dense200, Math.sqrt(6 / 100)],
    ["of a convolution by fanOut", kaimingUniform({ mode: "fanOut" }), kernels, Math.sqrt(6 / 360)],
    ["with a gain: gain sqrt(3 / fanIn)", kaimingUniform({ gain: 1 }), dense200, Math.sqrt(3 / 200)],
    ["xavierUniform: sqrt(6 / (fanIn + fanOut))", xavierUniform(), dense200, Math.sqrt(6 / 300)],
    ["of a convolution, with a gain", xavierUniform(5 / 3), kernels, (5 / 3) * Math.sqrt(6 / 450)],
    ["uniformAround 16: 1 / 4", uniformAround(16), dense200, 1 / 4],
    ["uniform from -3 to 3", uniform(-3, 3), dense200, 3],
  ])("%s", (_, initializer, shape, bound) => {
    const values = drawnBy(initializer, shape);
    expect(largestOf(values)).toBeLessThanOrEqual(bound);
    expect(largestOf(values)).toBeGreaterThan(0.99 * bound);
    // Of a uniform distribution: bound / sqrt(3).
    expect((deviationOf(values) * Math.sqrt(3)) / bound).toBeCloseTo(1, 1);
    expect(Math.abs(meanOf(values))).toBeLessThan(bound / 20);
  });

  test("uniform from 2 to 5 has its mean between", () => {
    const values = drawnBy(uniform(2, 5), dense200);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...values)).toBeLessThan(5);
    expect(meanOf(values)).toBeCloseTo(3.5, 1);
  });
});

describe("normal weights have the deviation of their formula", () => {
  test.each<[string, Initializer, Shape, number]>([
    ["kaimingNormal: sqrt(2 / fanIn)", kaimingNormal(), dense200, Math.sqrt(2 / 200)],
    ["of a convolution by fanOut", kaimingNormal({ mode: "fanOut" }), kernels, Math.sqrt(2 / 360)],
    ["with a gain: gain / sqrt(fanIn)", kaimingNormal({ gain: 3 }), dense200, 3 / Math.sqrt(200)],
    ["xavierNormal: sqrt(2 / (fanIn + fanOut))", xavierNormal(), dense200, Math.sqrt(2 / 300)],
    ["of a convolution, with a gain", xavierNormal(2), kernels, 2 * Math.sqrt(2 / 450)],
    ["normal 0.02", normal(0.02), dense200, 0.02],
    ["numpyNormal", numpyNormal(new NumpyRandom(3), 0, 0.5), dense200, 0.5],
  ])("%s", (_, initializer, shape, deviation) => {
    const values = drawnBy(initializer, shape);
    expect(deviationOf(values) / deviation).toBeCloseTo(1, 1);
    expect(Math.abs(meanOf(values))).toBeLessThan(deviation / 20);
    // 68.27 % of a normal distribution lie within one deviation, 95.45 % within two.
    const share = (width: number) =>
      sumOver(values.length, (i) => Number(Math.abs(values[i]) < width * deviation)) / values.length;
    expect(Math.abs(share(1) - 0.6827)).toBeLessThan(0.02);
    expect(Math.abs(share(2) - 0.9545)).toBeLessThan(0.01);
  });
});

describe("truncatedNormal", () => {
  it("has nothing beyond two deviations, and 0.8796 of the deviation", () => {
    const values = drawnBy(truncatedNormal(0.1), dense200);
    expect(largestOf(values)).toBeLessThanOrEqual(0.2);
    expect(largestOf(values)).toBeGreaterThan(0.198);
    // 1 - 4 f(2) / (2 F(2) - 1) is the variance, f the density and F the integral of the normal distribution.
    expect(deviationOf(values) / 0.1).toBeCloseTo(0.8796, 1);
    expect(Math.abs(meanOf(values))).toBeLessThan(0.002);
  });
});

describe("orthogonal", () => {
  it.each<[string, Shape, number]>([
    ["more columns than rows", [12, 30], 1],
    ["more rows than columns", [30, 12], 1],
    ["a square", [16, 16], 1],
    ["a gain", [12, 30], 3],
    ["kernels, each a row", [8, 3, 2, 2], 1],
  ])("has vectors at right angles, of the length of the gain: %s", (_, shape, gain) => {
    const values = drawnBy(orthogonal(gain), shape);
    const rows = shape[0];
    const columns = values.length / rows;
    const count = Math.min(rows, columns);
    const length = Math.max(rows, columns);
    const at = (vector: number, i: number): number =>
      rows <= columns ? values[vector * columns + i] : values[i * columns + vector];
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < count; b++) {
        const product = sumOver(length, (i) => at(a, i) * at(b, i));
        expect(Math.abs(product - (a === b ? gain ** 2 : 0))).toBeLessThan(1e-12);
      }
    }
  });
});

describe("gainFor", () => {
  // The table of torch.nn.init.calculate_gain.
  it.each([
    ["linear", undefined, 1],
    ["sigmoid", undefined, 1],
    ["tanh", undefined, 5 / 3],
    ["relu", undefined, Math.sqrt(2)],
    ["leakyRelu", undefined, Math.sqrt(2 / (1 + 0.01 ** 2))],
    ["leakyRelu", 0.2, Math.sqrt(2 / (1 + 0.2 ** 2))],
  ] as const)("%s %s", (activation, slope, gain) => {
    expect(gainFor(activation, slope)).toBeCloseTo(gain, 15);
  });
});

describe("zeros and ones", () => {
  it("are that", () => {
    expect(Array.from(drawnBy(zeros, [3]))).toEqual([0, 0, 0]);
    expect(Array.from(drawnBy(ones, [3]))).toEqual([1, 1, 1]);
  });
});

describe("numpyNormal", () => {
  it("draws kernels in the order in which they lie", () => {
    const values = drawnBy(numpyNormal(new NumpyRandom(7)), [2, 1, 2, 2]);
    expect(values).toEqual(new NumpyRandom(7).normal(0, 1, 8));
  });
});

describe("what is drawn", () => {
  const initializers: [string, () => Initializer][] = [
    ["kaimingUniform", kaimingUniform],
    ["kaimingNormal", kaimingNormal],
    ["xavierUniform", xavierUniform],
    ["xavierNormal", xavierNormal],
    ["normal", normal],
    ["uniform", uniform],
    ["truncatedNormal", truncatedNormal],
    ["orthogonal", orthogonal],
  ];

  it.each(initializers)("depends on the seed alone, and is another for each tensor: %s", (_, make) => {
    const draws = new WeightDraws(7);
    const next = () => Array.from(make()(device, [4, 5], "float64", "w", draws).dataSync());
    const [first, second] = [next(), next()];
    expect(first).toEqual(Array.from(drawnBy(make(), [4, 5])));
    expect(second).not.toEqual(first);
    expect(Array.from(drawnBy(make(), [4, 5], 8))).not.toEqual(first);
  });

  it.each(initializers)("is in float32 what it is in float64, rounded or drawn as finely: %s", (_, make) => {
    const weight = make()(device, [20, 30], "float32", "w", new WeightDraws(7));
    expect([weight.dtype, weight.name, weight.shape]).toEqual(["float32", "w", [20, 30]]);
    expect(deviationOf(weight.dataSync()) / deviationOf(drawnBy(make(), [20, 30]))).toBeCloseTo(1, 0);
  });

  it("can be said for each parameter of a layer", () => {
    const model = network(
      [1, 4, 4],
      conv2dLayer({ filters: 2, kernelSize: 3, weight: zeros, bias: ones }),
      dense({ outputs: 2, weight: ones, bias: uniform(5, 6) }),
    );
    const values = parametersOf(model.initialize(device, "float32")).map(({ tensor }) => tensor.dataSync());
    expect(values[0].every((value) => value === 0)).toBe(true);
    expect(values[1].every((value) => value === 1)).toBe(true);
    expect(values[2].every((value) => value === 1)).toBe(true);
    expect(values[3].every((value) => value >= 5 && value < 6)).toBe(true);
  });
});
