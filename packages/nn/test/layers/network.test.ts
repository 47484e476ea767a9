import { createCpuBackend } from "@gradwerk/backend-cpu";
import { dense, type Layer, network, parametersOf, reluLayer, trainable } from "@gradwerk/nn";
import { createDevice, type Tensor } from "@gradwerk/tensor";
import { describe, expect, it } from "vitest";

const device = createDevice(createCpuBackend());

describe("network", () => {
  const model = network([6], dense({ outputs: 4 }), reluLayer, dense({ outputs: 3 }));

  it("infers the sizes of its layers from the shape of a sample", () => {
    const shapes = parametersOf(model.initialize(device, "float32")).map(({ path, tensor }) => [
      path,
      tensor.shape,
    ]);
    expect(shapes).toEqual([
      ["0.weight", [6, 4]],
      ["0.bias", [4]],
      ["2.weight", [4, 3]],
      ["2.bias", [3]],
    ]);
    expect(model.output).toEqual([3]);
  });

  it("draws the same weights from the same seed, others from another, and others in each layer", () => {
    const weights = (seed: number): number[][] =>
      parametersOf(model.initialize(device, "float64", { seed })).map(({ tensor }) =>
        Array.from(tensor.dataSync()),
      );
    expect(weights(7)).toEqual(weights(7));
    expect(weights(7)[0]).not.toEqual(weights(8)[0]);
    const [first, , second] = weights(7);
    expect(first.slice(0, 3).map((w) => w / Math.sqrt(6 / 6))).not.toEqual(
      second.slice(0, 3).map((w) => w / Math.sqrt(6 / 4)),
    );
  });

  it("names the layer that does not fit, what it gets and what it needs, when it is built", () => {
    expect(() =>
      network([784], dense({ outputs: 128 }), reluLayer, dense({ inputs: 100, outputs: 10 })),
    ).toThrow(
      "network: layer 2 does not fit. It gets [128] from relu (layer 1). dense 100 -> 10: needs samples [100], got [128].",
    );
    expect(() => network([28], dense({ inputs: 784, outputs: 10 }))).toThrow("It gets [28] from samples.");
  });

  it.each([[[]], [[0]], [[2.5]], [[-1, 4]]])("refuses samples of shape %j", (input) => {
    expect(() => network(input, reluLayer)).toThrow(/whole numbers from 1 up/);
  });

  it("counts two operations per multiply-add and one per activation", () => {
    expect(model.flops?.([6])).toBe(2 * (6 * 4 + 4 * 3) + 4);
  });

  it("takes a layer of one's own", () => {
    const gain: Layer<{ factor: Tensor }> = {
      name: "gain",
      outputShape: (input) => input,
      initialize: (on, dtype) => ({ factor: on.full([], 3, { dtype }) }),
      apply: ({ factor }, x) => x.mul(factor),
    };
    const own = network([2], gain, reluLayer);
    const outputs = own.apply(own.initialize(device, "float32"), device.tensor([[1, -2]]));
    expect(outputs.dataSync()).toEqual(Float32Array.of(3, 0));
  });
});

describe("trainable", () => {
  it("leaves out what is no float, what a layer keeps for itself, and the second of two places of one tensor", () => {
    const weight = device.ones([2]);
    const keeper: Layer<Record<string, Tensor>> = {
      name: "keeper",
      outputShape: (input) => input,
      initialize: () => ({ weight, mean: device.zeros([2]), key: device.randomKey(1) }),
      apply: (_, x) => x,
      isTrainable: (path) => path !== "mean",
    };
    const model = network([2], keeper, keeper);
    expect(trainable(model, model.initialize(device, "float32"))).toEqual({ "0.weight": weight });
  });
});
