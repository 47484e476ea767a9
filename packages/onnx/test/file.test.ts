import { createCpuBackend } from "@gradwerk/backend-cpu";
import {
  batchNorm1dLayer,
  conv2dLayer,
  dense,
  dropoutLayer,
  flatten,
  frozen,
  type Layer,
  layerNormLayer,
  lstm,
  network,
  reluLayer,
  sigmoidLayer,
  softplusLayer,
  tanhLayer,
  tied,
  trainable,
  valueAndGrad,
} from "@gradwerk/nn";
import { fromOnnx, OnnxError, toOnnx } from "@gradwerk/onnx";
import { createDevice, dropout, stopGradient, type Tensor } from "@gradwerk/tensor";
import { describe, expect, it } from "vitest";
import { readModel } from "../src/format/read.ts";
import { differentParameters, functionLayer } from "./support/networks.ts";
import { countOf, largestDifference, numbers } from "./support/numbers.ts";
import { inRuntime } from "./support/runtime.ts";

const device = createDevice(createCpuBackend());

const convolutional = network(
  [1, 6, 6],
  conv2dLayer({ filters: 2, kernelSize: 3 }),
  reluLayer,
  flatten,
  dropoutLayer(0.5),
  dense({ outputs: 3 }),
);

/** The code of the error with which an export is refused, and its message. */
async function refusal(work: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof OnnxError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("a file", () => {
  it("names parameters by their paths, and holds those alone that inference needs", async () => {
    const parameters = differentParameters(convolutional, device, [1, 6, 6]);
    const { graph } = readModel(await toOnnx(convolutional, parameters));
    expect(graph.initializers.map(({ name, shape }) => [name, shape])).toEqual([
      ["0.weight", [2, 1, 3, 3]],
      ["0.bias", [2]],
      ["4.weight", [32, 3]],
      ["4.bias", [3]],
    ]);
    expect(graph.nodes.map(({ operator }) => operator)).toEqual([
      "Conv",
      "Relu",
      "Constant",
      "Reshape",
      "Gemm",
    ]);
  });

  it("takes a batch of any size", async () => {
    const file = await toOnnx(convolutional, differentParameters(convolutional, device, [1, 6, 6]));
    const { graph } = readModel(file);
    expect(graph.inputs).toEqual([{ name: "input", elementType: "float32", shape: ["batch", 1, 6, 6] }]);
    expect(graph.outputs).toEqual([{ name: "output", elementType: "float32", shape: ["batch", 3] }]);
    for (const batch of [1, 7]) {
      const { shape } = await inRuntime(file, numbers(36 * batch), [batch, 1, 6, 6]);
      expect(shape).toEqual([batch, 3]);
    }
  });

  it("is the same, byte for byte, for the same network", async () => {
    const parameters = differentParameters(convolutional, device, [1, 6, 6]);
    expect(await toOnnx(convolutional, parameters)).toEqual(await toOnnx(convolutional, parameters));
  });

  it("has the name that was given, and stretches nothing that ONNX stretches itself", async () => {
    const model = network([5, 4], layerNormLayer(), lstm({ units: 3 }), tanhLayer);
    const parameters = model.initialize(device, "float32");
    const { graph } = readModel(await toOnnx(model, parameters, { name: "reader of rows" }));
    expect(graph.name).toBe("reader of rows");
    // The states with which the LSTM begins: one goes into a product, the other is multiplied and needs no shape.
    expect(graph.nodes.filter(({ operator }) => operator === "Expand")).toHaveLength(1);
  });

  it("holds a tensor once that two layers share", async () => {
    const model = tied(network([4], dense({ outputs: 4 }), dense({ outputs: 4 })), {
      "1.weight": "0.weight",
    });
    const { graph } = readModel(await toOnnx(model, model.initialize(device, "float32")));
    expect(graph.initializers.map(({ name }) => name)).toEqual(["0.weight", "0.bias", "1.bias"]);
  });

  it.each([17, 18, 19, 20, 21, 22, 23])(
    "of version %d of the operators runs in onnxruntime",
    async (opset) => {
      const model = network(
        [4, 3],
        layerNormLayer(),
        lstm({ units: 3, returns: "sequence" }),
        softplusLayer,
        flatten,
      );
      const parameters = differentParameters(model, device, [4, 3]);
      const peaks = functionLayer("peaks", [4, 3], [4], (_, x) =>
        x.max({ axes: 2 }).add(x.mean({ axes: 2 })),
      );
      for (const file of [await toOnnx(model, parameters, { opset }), await toOnnx(peaks, [], { opset })]) {
        const there = await inRuntime(file, numbers(24), [2, 4, 3]);
        const { model: read } = fromOnnx(file);
        const here = read.apply(
          read.initialize(device, "float32"),
          device.tensor(numbers(24), { shape: [2, 4, 3] }),
        );
        expect(largestDifference(await here.data(), there.values)).toBeLessThanOrEqual(1e-5);
      }
    },
  );

  it("holds float32 whatever was trained, and float64 on request", async () => {
    const model = network([6], dense({ outputs: 3 }), sigmoidLayer);
    const parameters = differentParameters(model, device, [6], "float64");
    const x = Float64Array.from(numbers(12));
    const here = await model.apply(parameters, device.tensor(x, { shape: [2, 6] })).data();
    const single = await inRuntime(await toOnnx(model, parameters), Float32Array.from(x), [2, 6]);
    expect(largestDifference(here, single.values)).toBeLessThan(1e-6);
    const double = await inRuntime(await toOnnx(model, parameters, { dtype: "float64" }), x, [2, 6]);
    expect(largestDifference(here, double.values)).toBeLessThan(1e-15);
  });

  it("gives its output a name although no op made it", async () => {
    const same = functionLayer("same", [3], [3], (_, x) => x);
    const { values } = await inRuntime(await toOnnx(same, []), Float32Array.of(1, 2, 3), [1, 3]);
    expect(values).toEqual([1, 2, 3]);
  });

  it("keeps names apart that parameters have too", async () => {
    const inner = dense({ outputs: 2 });
    const model: Layer<Record<string, Tensor>> = {
      name: "names",
      outputShape: () => [2],
      initialize: (d, dtype) => {
        const { weight, bias } = inner.initialize(d, dtype, { input: [3] });
        return { input: weight, output: bias };
      },
      apply: ({ input, output }, x) => inner.apply({ weight: input, bias: output }, x).relu(),
    };
    const file = await toOnnx(model, model.initialize(device, "float32"), { input: [3] });
    const { graph } = readModel(file);
    expect([graph.inputs[0].name, graph.outputs[0].name]).toEqual(["input_1", "output_1"]);
    expect((await inRuntime(file, numbers(6), [2, 3])).shape).toEqual([2, 2]);
  });
});

describe("what gradients leave alone", () => {
  const model = network([4], frozen(dense({ outputs: 4 })), batchNorm1dLayer(), dense({ outputs: 2 }));

  it("is listed in the file and left alone when it is read", async () => {
    const parameters = differentParameters(model, device, [4]);
    const read = fromOnnx(await toOnnx(model, parameters)).model;
    const weights = read.initialize(device, "float32");
    expect(Object.keys(weights)).toHaveLength(8);
    expect(Object.keys(trainable(read, weights))).toEqual(Object.keys(trainable(model, parameters)));
    expect(Object.keys(trainable(read, weights))).toEqual(["1.scale", "1.shift", "2.weight", "2.bias"]);
  });
});

describe("a network from a file", () => {
  it("has the gradients of the network that was written", async () => {
    const parameters = differentParameters(convolutional, device, [1, 6, 6], "float64");
    const read = fromOnnx(await toOnnx(convolutional, parameters, { dtype: "float64" })).model;
    const x = device.tensor(Float64Array.from(numbers(72)), { shape: [2, 1, 6, 6] });
    const before = valueAndGrad((p: typeof parameters) => convolutional.apply(p, x).square().sum());
    const after = valueAndGrad((p: Record<string, Tensor>) => read.apply(p, x).square().sum());
    const expected = before(parameters).gradients[0];
    const found = after(read.initialize(device, "float64")).gradients;
    if (!("weight" in expected)) throw new Error("the first layer has weights");
    expect(largestDifference(await found["0.weight"].data(), await expected.weight.data())).toBeLessThan(
      1e-12,
    );
  });

  it("computes in the dtype in which it was initialised", async () => {
    const read = fromOnnx(
      await toOnnx(convolutional, differentParameters(convolutional, device, [1, 6, 6])),
    ).model;
    const x = device.tensor(Float64Array.from(numbers(36)), { shape: [1, 1, 6, 6] });
    expect(read.apply(read.initialize(device, "float64"), x).dtype).toBe("float64");
  });

  it("knows its shapes", async () => {
    const { model, inputName, outputName, producer, opset } = fromOnnx(
      await toOnnx(convolutional, differentParameters(convolutional, device, [1, 6, 6])),
    );
    expect(model.input).toEqual([1, 6, 6]);
    expect(model.output).toEqual([3]);
    expect(countOf(model.outputShape([1, 6, 6]))).toBe(3);
    expect({ inputName, outputName, producer, opset }).toEqual({
      inputName: "input",
      outputName: "output",
      producer: "gradwerk",
      opset: 18,
    });
  });

  it("can be a layer of a larger network", async () => {
    const { model } = fromOnnx(
      await toOnnx(convolutional, differentParameters(convolutional, device, [1, 6, 6])),
    );
    const larger = network([1, 6, 6], frozen(model), dense({ outputs: 2 }));
    expect(larger.output).toEqual([2]);
    expect(larger.apply(larger.initialize(device, "float32"), device.ones([5, 1, 6, 6])).shape).toEqual([
      5, 2,
    ]);
  });
});

describe("an export is refused", () => {
  const x3 = (apply: (x: Tensor) => Tensor) => functionLayer("own", [3], [3], (_, x) => apply(x));

  it.each<[string, string, (x: Tensor) => Tensor, RegExp]>([
    [
      "for an op that belongs to training",
      "export",
      (x) => dropout(x, x.device.randomKey(1)),
      /^dropout: a file cannot hold/,
    ],
    [
      "for an op without a counterpart",
      "export",
      (x) => x.argsort().cast("float32"),
      /^argsort: a file cannot hold/,
    ],
    ["for a tensor that comes from nowhere", "export", (x) => stopGradient(x).add(1), /stopGradient/],
    [
      "for numbers that depend on the batch",
      "export",
      (x) => x.mul(1 / x.shape[0]),
      /depend on the size of the batch/,
    ],
    [
      "for shapes that do not grow with the batch in proportion",
      "export",
      (x) =>
        x.device
          .ones([x.shape[0] + 1, 3])
          .slice(0, 1, x.shape[0] + 1)
          .add(x),
      /in proportion to the batch/,
    ],
    [
      "for shapes that grow with half of the batch",
      "export",
      (x) => x.slice(0, 0, Math.floor(x.shape[0] / 2)),
      /in proportion to the batch/,
    ],
    [
      "for other ops with another batch",
      "export",
      (x) => (x.shape[0] === 3 ? x.relu() : x.tanh()),
      /runs other ops/,
    ],
  ])("%s", async (_, code, apply, message) => {
    const error = await refusal(toOnnx(x3(apply), []));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  it("without the shape of a sample, and for versions that are not written", async () => {
    const layer = dense({ inputs: 3, outputs: 2 });
    const parameters = layer.initialize(device, "float32");
    expect((await refusal(toOnnx(layer, parameters))).message).toMatch(
      /does not say the shape of one sample/,
    );
    const old = await refusal(toOnnx(layer, parameters, { input: [3], opset: 9 }));
    expect(old).toEqual({
      code: "option",
      message: "toOnnx: opset must be one of 17, 18, 19, 20, 21, 22, 23, got 9.",
    });
  });
});
