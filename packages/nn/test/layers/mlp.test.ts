import { createCpuBackend } from "@gradwerk/backend-cpu";
import { kaimingUniform, mlpNetwork, NnError, parametersOf } from "@gradwerk/nn";
import { createDevice } from "@gradwerk/tensor";
import { describe, expect, it } from "vitest";

const device = createDevice(createCpuBackend());
const draw = (seed: number, stream: number) =>
  Array.from(kaimingUniform({ seed, stream })(device, [600, 40], "float64", "w").dataSync());

describe("kaimingUniform", () => {
  it("draws from -sqrt(6 / inputs) to sqrt(6 / inputs), with the variance 2 / inputs", () => {
    const values = draw(7, 0);
    const bound = Math.sqrt(6 / 600);
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(bound);
    const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(variance / (2 / 600)).toBeCloseTo(1, 1);
    expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length)).toBeLessThan(bound / 50);
  });

  it("draws the same for one seed and stream, and other numbers for others", () => {
    expect(draw(7, 0)).toEqual(draw(7, 0));
    expect(draw(7, 1)).not.toEqual(draw(7, 0));
    expect(draw(8, 0)).not.toEqual(draw(7, 0));
  });

  it("names the weight and leaves nothing behind", () => {
    const before = device.memory().buffers;
    const weight = kaimingUniform({ seed: 1, stream: 0 })(device, [2, 3], "float32", "dense weight");
    expect([weight.name, weight.dtype, weight.shape]).toEqual(["dense weight", "float32", [2, 3]]);
    expect(device.memory().buffers).toBe(before + 1);
  });
});

describe("mlpNetwork", () => {
  it("has a ReLU between its layers and none after the last", () => {
    const network = mlpNetwork([4, 3, 2, 5], 1);
    expect(network.name).toBe("sequential(dense 4 -> 3, relu, dense 3 -> 2, relu, dense 2 -> 5)");
    const shapes = parametersOf(network.initialize(device, "float32")).map(({ tensor }) => tensor.shape);
    expect(shapes).toEqual([[4, 3], [3], [3, 2], [2], [2, 5], [5]]);
  });

  it("refuses fewer than two sizes", () => {
    expect(() => mlpNetwork([784], 1)).toThrow(NnError);
    expect(() => mlpNetwork([784], 1)).toThrow("needs at least an input and an output size, got [784]");
  });
});
