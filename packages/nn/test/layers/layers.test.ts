import { createCpuBackend } from "@gradwerk/backend-cpu";
import {
  articleNetwork,
  dense,
  halfSquaredError,
  numpyNormal,
  ones,
  parametersOf,
  reluLayer,
  sequential,
  tanhLayer,
  zeros,
} from "@gradwerk/nn";
import { createDevice } from "@gradwerk/tensor";
import { NumpyRandom } from "@gradwerk/tensor/random";
import { describe, expect, it } from "vitest";

const device = createDevice(createCpuBackend());

describe("dense", () => {
  const layer = dense({ inputs: 3, outputs: 2, weight: zeros, bias: ones });

  it("computes x w + b", () => {
    const parameters = {
      weight: device.tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      bias: device.tensor([10, 20]),
    };
    expect(layer.apply(parameters, device.tensor([[1, 0, 2]])).dataSync()).toEqual(Float32Array.of(21, 34));
  });

  it("names itself when the input does not fit", () => {
    const parameters = layer.initialize(device, "float32");
    expect(() => layer.apply(parameters, device.zeros([1, 4]))).toThrow(
      "dense 3 -> 2: needs a batch [B, 3], got [1, 4].",
    );
  });

  it.each([0, -1, 2.5])("refuses %s units", (outputs) => {
    expect(() => dense({ inputs: 3, outputs, weight: zeros, bias: ones })).toThrow(
      /outputs must be a whole number/,
    );
  });
});

describe("a dense layer that no memory could hold", () => {
  it("is refused when it is made, by the number of its weights", () => {
    expect(() => dense({ inputs: 784, outputs: 1e9, weight: zeros, bias: ones })).toThrow(
      "dense 784 -> 1000000000: would have 784000000000 weights; the most is 2147483647.",
    );
  });
});

describe("the article's initial weights", () => {
  it("are NumPy's draws of (outputs, inputs), layer after layer from one generator", () => {
    const parameters = articleNetwork([3, 2, 2], new NumpyRandom(7)).initialize(device, "float64");
    const [w0, b0, w1, b1] = parametersOf(parameters).map(({ tensor }) => tensor);
    // np.random.seed(7): the first numbers of np.random.normal(0, 1, ...), published in NumPy's own sequence
    const drawn = new NumpyRandom(7).normal(0, 1, 10);
    expect(drawn[0]).toBe(1.690525703800356);
    expect(w0.transpose().dataSync()).toEqual(drawn.slice(0, 6));
    expect(w1.transpose().dataSync()).toEqual(drawn.slice(6, 10));
    expect(b0.dataSync()).toEqual(Float64Array.of(1, 1));
    expect(b1.dataSync()).toEqual(Float64Array.of(1, 1));
  });

  it("are the float64 draws rounded when the network is float32", () => {
    const weight = numpyNormal(new NumpyRandom(7))(device, [1, 4], "float32", "w");
    expect(weight.dataSync()).toEqual(Float32Array.from(new NumpyRandom(7).normal(0, 1, 4)));
  });

  it("refuses a network without layers", () => {
    expect(() => articleNetwork([784], new NumpyRandom(7))).toThrow(/at least an input and an output size/);
  });
});

describe("sequential", () => {
  it("feeds each layer's output to the next and keeps their parameters in order", () => {
    const network = sequential(
      dense({ inputs: 1, outputs: 2, weight: ones, bias: zeros }),
      reluLayer,
      tanhLayer,
    );
    const parameters = network.initialize(device, "float64");
    expect(parametersOf(parameters).map(({ path }) => path)).toEqual(["0.weight", "0.bias"]);
    const y = network.apply(parameters, device.tensor([[2], [-2]], { dtype: "float64" }));
    expect(Array.from(y.dataSync())).toEqual([Math.tanh(2), Math.tanh(2), 0, 0]);
  });
});

describe("halfSquaredError", () => {
  it("is half the sum of squares, averaged over the batch", async () => {
    const outputs = device.tensor(
      [
        [1, 2],
        [0, 0],
      ],
      { dtype: "float64" },
    );
    const targets = device.tensor(
      [
        [0, 0],
        [0, 3],
      ],
      { dtype: "float64" },
    );
    expect(await halfSquaredError(outputs, targets).item()).toBe((5 / 2 + 9 / 2) / 2);
  });

  it("refuses targets of another shape", () => {
    expect(() => halfSquaredError(device.zeros([2, 2]), device.zeros([2]))).toThrow(/must both be \[B, C\]/);
  });
});
