// Expected values are the sums of PyTorch's documentation, in loops.
import {
  avgPool2dLayer,
  conv1dLayer,
  conv2dLayer,
  convTranspose2dLayer,
  globalAveragePool,
  globalMaxPool,
  maxPool2dLayer,
  NnError,
  network,
  parametersOf,
} from "@gradwerk/nn";
import { describe, expect, it } from "vitest";
import { built, device, drawn, expectNear, filled, plainOf, sumOver } from "./support/arrays.ts";

/** Reads a plain layer's weight and bias. */
const read = ({ weight, bias }: { weight: Parameters<typeof plainOf>[0]; bias?: typeof weight }) => ({
  w: plainOf(weight),
  biasAt: (o: number): number => (bias === undefined ? 0 : plainOf(bias).at(o)),
});

type Pair = number | readonly [number, number];

/** Options as loops read them. */
interface Chosen {
  readonly kernelSize: Pair;
  readonly stride?: Pair;
  readonly padding?: Pair;
  readonly dilation?: Pair;
  readonly outputPadding?: Pair;
  readonly groups?: number;
}

const pair = (value: Pair = 0) => (typeof value === "number" ? [value, value] : value);

describe("conv2dLayer", () => {
  it.each([
    [{ kernelSize: 3 }],
    [{ kernelSize: [2, 3], stride: [2, 1], padding: [1, 0] }],
    [{ kernelSize: 2, dilation: [2, 3], bias: false }],
    [{ kernelSize: 3, groups: 2, padding: 1 }],
  ] as const)("is the sum over channels and kernel, with %j", (options) => {
    const [channels, rows, columns, filters] = [4, 6, 7, 6];
    const { own, apply, model } = built([channels, rows, columns], conv2dLayer({ filters, ...options }));
    const chosen: Chosen = options;
    const [kh, kw] = pair(chosen.kernelSize);
    const [sy, sx] = pair(chosen.stride ?? 1);
    const [py, px] = pair(chosen.padding);
    const [dy, dx] = pair(chosen.dilation ?? 1);
    const groups = chosen.groups ?? 1;
    const x = drawn([2, channels, rows, columns]);
    const [images, { w, biasAt }] = [plainOf(x), read(own)];
    const perGroup = channels / groups;
    expectNear(
      apply(x),
      filled([2, ...model.output], (b, o, i, j) => {
        const first = Math.floor(o / (filters / groups)) * perGroup;
        return (
          biasAt(o) +
          sumOver(perGroup, (c) =>
            sumOver(kh, (p) =>
              sumOver(
                kw,
                (q) => images.at(b, first + c, i * sy + p * dy - py, j * sx + q * dx - px) * w.at(o, c, p, q),
              ),
            ),
          )
        );
      }),
    );
  });

  it("keeps the size of images with padding `same`", () => {
    const layer = conv2dLayer({ filters: 2, kernelSize: [3, 5], padding: "same", dilation: 2 });
    expect(layer.outputShape([1, 9, 10])).toEqual([2, 9, 10]);
  });

  it("begins with weights that are as wide as channels times kernel say, per group", () => {
    const layer = conv2dLayer({ filters: 64, kernelSize: 5, groups: 2 });
    const { weight, bias } = layer.initialize(device, "float64", { input: [8, 9, 9], seed: 5 });
    expect(weight.shape).toEqual([64, 4, 5, 5]);
    const bound = Math.sqrt(6 / (4 * 25));
    const largest = Math.max(...Array.from(weight.dataSync(), Math.abs));
    expect(largest).toBeLessThanOrEqual(bound);
    expect(largest).toBeGreaterThan(0.99 * bound);
    expect(bias?.dataSync()).toEqual(new Float64Array(64));
  });

  it("has no bias where none is wanted", () => {
    const model = network([1, 4, 4], conv2dLayer({ filters: 2, kernelSize: 3, bias: false }));
    expect(parametersOf(model.initialize(device, "float32")).map(({ path }) => path)).toEqual(["0.weight"]);
  });

  it("counts its multiply-adds", () => {
    // Each of 4 x 4 x 6 outputs takes 2 channels of a group and 9 weights of each.
    expect(conv2dLayer({ filters: 6, kernelSize: 3, groups: 2 }).flops?.([4, 6, 6])).toBe(2 * 96 * 2 * 9);
  });
});

describe("conv1dLayer", () => {
  it("is the sum over channels and kernel", () => {
    const layer = conv1dLayer({ filters: 4, kernelSize: 3, stride: 2, padding: 2, dilation: 2, groups: 2 });
    const { own, apply } = built([6, 8], layer);
    const x = drawn([3, 6, 8]);
    const [sequences, { w, biasAt }] = [plainOf(x), read(own)];
    expectNear(
      apply(x),
      filled([3, 4, 4], (b, o, i) => {
        const first = Math.floor(o / 2) * 3;
        return (
          biasAt(o) +
          sumOver(3, (c) => sumOver(3, (p) => sequences.at(b, first + c, 2 * i + 2 * p - 2) * w.at(o, c, p)))
        );
      }),
    );
  });

  it("keeps the length with padding `same`", () => {
    expect(conv1dLayer({ filters: 2, kernelSize: 5, padding: "same" }).outputShape([3, 11])).toEqual([2, 11]);
  });

  it.each([
    [[3], "conv1d 5 2: needs samples [C, L], got [3]."],
    [[3, 4], "conv1d 5 2: needs samples of at least 5 steps, got [3, 4]."],
  ])("says what it needs of samples %j", (shape, message) => {
    expect(() => conv1dLayer({ filters: 2, kernelSize: 5 }).outputShape(shape)).toThrow(message);
  });
});

describe("convTranspose2dLayer", () => {
  it.each([
    [{ kernelSize: 2, stride: 2 }],
    [{ kernelSize: [3, 2], stride: [2, 3], padding: [1, 0], outputPadding: [1, 2], bias: false }],
    [{ kernelSize: 3, dilation: 2, groups: 2 }],
  ] as const)("paints each kernel times each pixel, with %j", (options) => {
    const [channels, filters] = [4, 6];
    const layer = convTranspose2dLayer({ filters, ...options });
    const { own, apply, model } = built([channels, 3, 4], layer);
    const all: Chosen = options;
    const [kh, kw] = pair(all.kernelSize);
    const [sy, sx] = pair(all.stride ?? 1);
    const [py, px] = pair(all.padding);
    const [[dilation], groups] = [pair(all.dilation ?? 1), all.groups ?? 1];
    const [moreRows, moreColumns] = pair(all.outputPadding);
    expect(model.output).toEqual([
      filters,
      2 * sy - 2 * py + dilation * (kh - 1) + moreRows + 1,
      3 * sx - 2 * px + dilation * (kw - 1) + moreColumns + 1,
    ]);
    const x = drawn([2, channels, 3, 4]);
    const [images, { w, biasAt }] = [plainOf(x), read(own)];
    const [, rows, columns] = model.output;
    const canvas = new Float64Array(2 * filters * rows * columns);
    for (let b = 0; b < 2; b++) {
      for (let c = 0; c < channels; c++) {
        for (let i = 0; i < 3; i++) {
          for (let j = 0; j < 4; j++) {
            for (let f = 0; f < filters / groups; f++) {
              for (let p = 0; p < kh; p++) {
                for (let q = 0; q < kw; q++) {
                  const o = Math.floor(c / (channels / groups)) * (filters / groups) + f;
                  const [y, z] = [i * sy + p * dilation - py, j * sx + q * dilation - px];
                  if (y < 0 || y >= rows || z < 0 || z >= columns) continue;
                  canvas[((b * filters + o) * rows + y) * columns + z] +=
                    images.at(b, c, i, j) * w.at(c, f, p, q);
                }
              }
            }
          }
        }
      }
    }
    const painted = [2, filters, rows, columns];
    expectNear(
      apply(x),
      filled(painted, (b, o, i, j) => biasAt(o) + canvas[((b * filters + o) * rows + i) * columns + j]),
    );
  });

  it("counts a multiply-add for each pixel, kernel and channel", () => {
    const layer = convTranspose2dLayer({ filters: 3, kernelSize: 2, stride: 2 });
    expect(layer.flops?.([8, 14, 14])).toBe(2 * 14 * 14 * 8 * 3 * 4);
  });

  it("refuses more output padding than the next window would reach, and padding that leaves nothing", () => {
    expect(() => convTranspose2dLayer({ filters: 1, kernelSize: 3, stride: 2, outputPadding: 2 })).toThrow(
      "outputPadding 2 must be smaller than stride 2 or dilation 1",
    );
    expect(() =>
      convTranspose2dLayer({ filters: 1, kernelSize: 3, padding: 2 }).outputShape([1, 2, 2]),
    ).toThrow("convTranspose2d 3x3 1: needs samples of which something is left, got [1, 2, 2].");
  });
});

describe("pooling", () => {
  const x = drawn([2, 3, 6, 7]);
  const images = plainOf(x);
  const placesOf = (i: number, j: number) =>
    [0, 1].flatMap((p) => [0, 1, 2].map((q) => [2 * i + p - 1, 3 * j + q - 1] as const));
  const options = { stride: [2, 3], padding: 1 } as const;

  it("takes the largest of each window, without its padding", () => {
    const { apply, model } = built([3, 6, 7], maxPool2dLayer([2, 3], options));
    expectNear(
      apply(x),
      filled([2, ...model.output], (b, c, i, j) =>
        Math.max(
          ...placesOf(i, j)
            .filter(([y, z]) => y >= 0 && y < 6 && z >= 0 && z < 7)
            .map(([y, z]) => images.at(b, c, y, z)),
        ),
      ),
    );
  });

  it("takes the mean of each window, its padding as zeros", () => {
    const { apply, model } = built([3, 6, 7], avgPool2dLayer([2, 3], options));
    expectNear(
      apply(x),
      filled(
        [2, ...model.output],
        (b, c, i, j) => sumOver(6, (k) => images.at(b, c, ...placesOf(i, j)[k])) / 6,
      ),
    );
  });

  it("takes windows side by side unless told otherwise, and leaves out what no whole window covers", () => {
    expect(maxPool2dLayer(2).outputShape([3, 6, 7])).toEqual([3, 3, 3]);
    expect(maxPool2dLayer([3, 2], { stride: undefined }).outputShape([3, 6, 7])).toEqual([3, 2, 3]);
    expect(maxPool2dLayer(2, { dilation: 3, stride: 1 }).outputShape([3, 6, 7])).toEqual([3, 3, 4]);
  });

  it("takes the mean and the largest of a whole channel, of images and of sequences", () => {
    const all = (b: number, c: number) =>
      Array.from({ length: 42 }, (_, i) => images.at(b, c, Math.floor(i / 7), i % 7));
    const mean = filled([2, 3], (b, c) => all(b, c).reduce((sum, value) => sum + value, 0) / 42);
    const largest = filled([2, 3], (b, c) => Math.max(...all(b, c)));
    for (const [shape, given] of [
      [[3, 6, 7], x],
      [[3, 42], x.reshape([2, 3, 42])],
    ] as const) {
      expectNear(built(shape, globalAveragePool).apply(given), mean);
      expectNear(built(shape, globalMaxPool).apply(given), largest);
    }
  });
});

describe("a window that does not fit", () => {
  it.each([
    [
      () => conv2dLayer({ filters: 0, kernelSize: 3 }),
      "conv2dLayer: filters must be a whole number from 1 up, got 0.",
    ],
    [
      () => conv2dLayer({ filters: 4, kernelSize: 3, groups: 3 }),
      "conv2dLayer: 3 groups do not divide 4 filters.",
    ],
    [
      () => conv2dLayer({ filters: 4, kernelSize: 4, padding: "same" }),
      'conv2dLayer: padding "same" needs a window with a middle, got one of 4.',
    ],
    [
      () => conv2dLayer({ filters: 4, kernelSize: [3, 0] }),
      "conv2dLayer: kernelSize must be a whole number from 1 up, got 0.",
    ],
    [
      () => conv2dLayer({ filters: 4, kernelSize: 3, padding: -1 }),
      "conv2dLayer: padding must be a whole number from 0 up, got -1.",
    ],
    [
      () => maxPool2dLayer(2, { stride: 1.5 }),
      "maxPool2dLayer: stride must be a whole number from 1 up, got 1.5.",
    ],
    [
      () => avgPool2dLayer(2, { padding: 2 }),
      "avgPool2dLayer: padding 2 x 2 exceeds half of the window 2 x 2.",
    ],
  ])("is refused when the layer is made: %#", (make, message) => {
    expect(make).toThrow(NnError);
    expect(make).toThrow(message);
  });

  it.each([
    [
      conv2dLayer({ filters: 4, kernelSize: 5 }),
      [1, 4, 9],
      "conv2d 5x5 4: needs samples of at least 5 x 5, got [1, 4, 9].",
    ],
    [
      conv2dLayer({ filters: 4, kernelSize: 5, groups: 2 }),
      [3, 9, 9],
      "conv2d 5x5 4: needs samples whose channels 2 groups divide, got [3, 9, 9].",
    ],
    [maxPool2dLayer(3), [1, 2, 2], "maxPool2d 3x3: needs samples of at least 3 x 3, got [1, 2, 2]."],
    [maxPool2dLayer(3), [9, 9], "maxPool2d 3x3: needs samples [C, H, W], got [9, 9]."],
    [globalAveragePool, [9], "globalAveragePool: needs samples [C, ...], got [9]."],
  ] as const)("is refused when a network is built: %#", (layer, shape, message) => {
    expect(() => network(shape, layer)).toThrow(message);
  });
});
