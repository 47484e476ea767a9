// Expected values are the formulas of PyTorch's documentation, in loops.
import {
  applyReplacements,
  batchNorm1dLayer,
  batchNorm2dLayer,
  beginPass,
  groupNormLayer,
  layerNormLayer,
  lessonOf,
  NnError,
  network,
  parametersOf,
  rmsNormLayer,
  trainable,
} from "@gradwerk/nn";
import { mse, type Tensor } from "@gradwerk/tensor";
import { describe, expect, it } from "vitest";
import { built, device, drawn, expectNear, filled, plain, plainOf, sumOver } from "./support/arrays.ts";

const mean = (values: readonly number[]): number => sumOver(values.length, (i) => values[i]) / values.length;
const variance = (values: readonly number[], lost = 0): number => {
  const middle = mean(values);
  return sumOver(values.length, (i) => (values[i] - middle) ** 2) / (values.length - lost);
};

/** The numbers of each channel of a batch `[B, C, ...]`. */
function channelsOf(x: Tensor): number[][] {
  const [batch, channels] = x.shape;
  const each = x.size / (batch * channels);
  const values = Array.from(x.dataSync());
  return Array.from({ length: channels }, (_, c) =>
    Array.from({ length: batch }, (_, b) =>
      values.slice((b * channels + c) * each, (b * channels + c + 1) * each),
    ).flat(),
  );
}

describe("batch norm", () => {
  const training = () => beginPass({ training: true });

  it.each([
    ["[C]", batchNorm1dLayer(), [4]],
    ["[C, T]", batchNorm1dLayer(), [4, 3]],
    ["[C, H, W]", batchNorm2dLayer(), [4, 2, 3]],
  ] as const)("standardises each channel over the batch while it learns: %s", (_, layer, shape) => {
    const { apply, own } = built(shape, layer);
    const x = drawn([5, ...shape])
      .mul(2)
      .add(1);
    const channels = channelsOf(x);
    const each = x.size / 20;
    const [numbers, scale, shift] = [
      plain([5, 4, each], x.dataSync()),
      plainOf(own.scale),
      plainOf(own.shift),
    ];
    const expected = filled([5, 4, each], (b, c, i) => {
      const standard = (numbers.at(b, c, i) - mean(channels[c])) / Math.sqrt(variance(channels[c]) + 1e-5);
      return standard * scale.at(c) + shift.at(c);
    });
    expectNear(apply(x, training().pass).reshape([5, 4, each]), expected);
  });

  it("keeps running means and unbiased variances, a tenth of each batch", () => {
    const model = network([3, 2, 2], batchNorm2dLayer());
    const parameters = model.initialize(device, "float64");
    let means = [0, 0, 0];
    let variances = [1, 1, 1];
    for (let step = 0; step < 4; step++) {
      const x = drawn([6, 3, 2, 2], step).mul(step + 1);
      const lesson = lessonOf(model, parameters, mse);
      applyReplacements(lesson(x, x.mul(0)).extra.record.replacements);
      const channels = channelsOf(x);
      means = means.map((value, c) => 0.9 * value + 0.1 * mean(channels[c]));
      variances = variances.map((value, c) => 0.9 * value + 0.1 * variance(channels[c], 1));
    }
    expectNear(parameters[0].runningMean, plain([3], means));
    expectNear(parameters[0].runningVariance, plain([3], variances));
  });

  it("takes another momentum and epsilon", () => {
    const { apply, own } = built([2], batchNorm1dLayer({ momentum: 0.5, epsilon: 0.1 }));
    const x = drawn([4, 2]);
    const before = plainOf(own.runningMean.mul(1));
    const { pass, record } = training();
    const y = apply(x, pass);
    const channels = channelsOf(x);
    const kept = record.replacements.find(({ target }) => target === own.runningMean);
    expectNear(
      kept?.value ?? x,
      filled([2], (c) => 0.5 * before.at(c) + 0.5 * mean(channels[c])),
    );
    const standard = (x.dataSync()[0] - mean(channels[0])) / Math.sqrt(variance(channels[0]) + 0.1);
    const expected = standard * own.scale.dataSync()[0] + own.shift.dataSync()[0];
    expect(y.dataSync()[0]).toBeCloseTo(expected, 12);
  });

  it("changes nothing of its own before the step is over, and nothing at all when it does not learn", () => {
    const { apply, own } = built([2], batchNorm1dLayer());
    const before = Array.from(own.runningMean.dataSync());
    const still = beginPass({ training: false });
    apply(drawn([4, 2]), still.pass);
    expect(still.record.replacements).toEqual([]);
    const learning = training();
    apply(drawn([4, 2]), learning.pass);
    expect(Array.from(own.runningMean.dataSync())).toEqual(before);
    expect(learning.record.replacements).toHaveLength(2);
  });

  it("learns its scale and shift alone", () => {
    const model = network([2], batchNorm1dLayer());
    const parameters = model.initialize(device, "float32");
    expect(parametersOf(parameters)).toHaveLength(4);
    expect(Object.keys(trainable(model, parameters))).toEqual(["0.scale", "0.shift"]);
  });

  it("is refused for samples of another rank, and for numbers that make no sense", () => {
    expect(() => network([3, 4, 4], batchNorm1dLayer())).toThrow(
      "batchNorm1d: needs samples [C] or [C, T], got [3, 4, 4].",
    );
    expect(() => network([3], batchNorm2dLayer())).toThrow("batchNorm2d: needs samples [C, H, W], got [3].");
    for (const options of [{ momentum: 1.5 }, { momentum: Number.NaN }, { epsilon: -1 }]) {
      expect(() => batchNorm1dLayer(options)).toThrow(NnError);
    }
  });
});

describe("layer norm", () => {
  it("standardises each token over its units", () => {
    const { apply, own } = built([3, 5], layerNormLayer({ epsilon: 0.01 }));
    const x = drawn([2, 3, 5]).mul(4);
    const [numbers, scale, shift] = [plainOf(x), plainOf(own.scale), plainOf(own.shift)];
    expect(scale.shape).toEqual([5]);
    const expected = filled([2, 3, 5], (b, t, i) => {
      const token = Array.from({ length: 5 }, (_, j) => numbers.at(b, t, j));
      return ((token[i] - mean(token)) / Math.sqrt(variance(token) + 0.01)) * scale.at(i) + shift.at(i);
    });
    expectNear(apply(x), expected);
  });
});

describe("group norm", () => {
  it("standardises groups of channels, and scales each channel", () => {
    const { apply, own } = built([4, 2, 3], groupNormLayer(2));
    const x = drawn([2, 4, 2, 3]).mul(4);
    const [numbers, scale, shift] = [plainOf(x), plainOf(own.scale), plainOf(own.shift)];
    const expected = filled([2, 4, 2, 3], (b, c, i, j) => {
      const first = 2 * Math.floor(c / 2);
      const group = Array.from({ length: 12 }, (_, k) =>
        numbers.at(b, first + Math.floor(k / 6), Math.floor((k % 6) / 3), k % 3),
      );
      const standard = (numbers.at(b, c, i, j) - mean(group)) / Math.sqrt(variance(group) + 1e-5);
      return standard * scale.at(c) + shift.at(c);
    });
    expectNear(apply(x), expected);
  });

  it("is refused for channels that do not divide into groups", () => {
    expect(() => network([4, 2, 2], groupNormLayer(3))).toThrow(
      "groupNorm 3: needs samples with channels that 3 divides first, got [4, 2, 2].",
    );
    expect(() => groupNormLayer(0)).toThrow(
      "groupNormLayer: groups must be a whole number from 1 up, got 0.",
    );
  });
});

describe("RMS norm", () => {
  it("divides each token by the root of its mean square", () => {
    const { apply, own } = built([3, 5], rmsNormLayer());
    const x = drawn([2, 3, 5]).mul(4);
    const [numbers, scale] = [plainOf(x), plainOf(own.scale)];
    const expected = filled([2, 3, 5], (b, t, i) => {
      const square = sumOver(5, (j) => numbers.at(b, t, j) ** 2) / 5;
      return (numbers.at(b, t, i) / Math.sqrt(square + 1e-5)) * scale.at(i);
    });
    expectNear(apply(x), expected);
  });
});

describe.each([
  ["layerNormLayer", layerNormLayer],
  ["groupNormLayer", (options: { epsilon: number }) => groupNormLayer(1, options)],
  ["rmsNormLayer", rmsNormLayer],
])("%s", (name, make) => {
  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("refuses an epsilon of %s", (epsilon) => {
    expect(() => make({ epsilon })).toThrow(`${name}: epsilon must be a number from 0 up, got ${epsilon}.`);
  });
});
