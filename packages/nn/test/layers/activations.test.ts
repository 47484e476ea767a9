import {
  eluLayer,
  geluLayer,
  type Layer,
  leakyReluLayer,
  type NoParameters,
  reluLayer,
  sigmoidLayer,
  siluLayer,
  softmaxLayer,
  softplusLayer,
  tanhLayer,
} from "@gradwerk/nn";
import { describe, expect, it, test } from "vitest";
import { device, drawn, expectNear, filled, plainOf, sumOver } from "./support/arrays.ts";

/** The error function by its series: 2 / sqrt(pi) sum of (-1)^n x^(2n+1) / (n! (2n+1)). */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; n < 80; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const x = drawn([3, 4, 5]).mul(3);
const numbers = plainOf(x);

describe("activations are the formulas of torch.nn", () => {
  test.each<[string, Layer<NoParameters>, (x: number) => number]>([
    ["sigmoid", sigmoidLayer, sigmoid],
    ["relu", reluLayer, (value) => Math.max(value, 0)],
    ["tanh", tanhLayer, Math.tanh],
    ["leakyRelu", leakyReluLayer(), (value) => (value > 0 ? value : 0.01 * value)],
    ["leakyRelu 0.3", leakyReluLayer(0.3), (value) => (value > 0 ? value : 0.3 * value)],
    ["elu", eluLayer(), (value) => (value > 0 ? value : Math.exp(value) - 1)],
    ["elu 0.5", eluLayer(0.5), (value) => (value > 0 ? value : 0.5 * (Math.exp(value) - 1))],
    ["gelu", geluLayer, (value) => (value / 2) * (1 + erf(value / Math.SQRT2))],
    ["silu", siluLayer, (value) => value * sigmoid(value)],
    ["softplus", softplusLayer, (value) => Math.log(1 + Math.exp(value))],
  ])("%s", (_, layer, formula) => {
    expectNear(
      layer.apply([], x),
      filled(x.shape, (b, i, j) => formula(numbers.at(b, i, j))),
    );
    expect(layer.outputShape([4, 5])).toEqual([4, 5]);
    expect(layer.initialize(device, "float32")).toEqual([]);
  });

  test("softmax, along the last axis", () => {
    const total = (b: number, i: number) => sumOver(5, (j) => Math.exp(numbers.at(b, i, j)));
    expectNear(
      softmaxLayer.apply([], x),
      filled(x.shape, (b, i, j) => Math.exp(numbers.at(b, i, j)) / total(b, i)),
    );
  });

  it("stay finite far from 0", () => {
    const far = device.tensor([[-800, 800]], { dtype: "float64" });
    const [low, high] = softplusLayer.apply([], far).dataSync();
    expect([low, high]).toEqual([0, 800]);
    expect(Array.from(sigmoidLayer.apply([], far).dataSync())).toEqual([0, 1]);
    expect(Array.from(softmaxLayer.apply([], far).dataSync())).toEqual([0, 1]);
  });
});
