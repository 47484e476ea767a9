import { createCpuBackend } from "@gradwerk/backend-cpu";
import { dense, type Layer, network, pyTorchNames, reluLayer, sequential } from "@gradwerk/nn";
import { arraysOf, fromPyTorch, toPyTorch } from "@gradwerk/nn/checkpoint";
import { decodeSafetensors, encodeSafetensors, type StoredArrays } from "@gradwerk/nn/formats";
import { createDevice, type Tensor } from "@gradwerk/tensor";
import { describe, expect, it } from "vitest";
import { refusalOf } from "../support/refusal.ts";

const device = createDevice(createCpuBackend());

// What torch.nn.Sequential(Linear(2, 3), ReLU(), Linear(3, 1)) may have learned.
const hiddenWeight = [
  [1, -2],
  [0.5, 3],
  [-1, 0.25],
];
const hiddenBias = [0.5, -1, 2];
const outputWeight = [[2, -0.5, 1]];
const outputBias = [0.125];

/** The same network by its definition. */
function outputsOf([a, b]: readonly number[]): number {
  const hidden = hiddenWeight.map((row, i) => Math.max(0, row[0] * a + row[1] * b + hiddenBias[i]));
  return hidden.reduce((sum, value, i) => sum + outputWeight[0][i] * value, outputBias[0]);
}

/** Its safetensors file, byte by byte: 8 bytes of length, JSON, float32 numbers, little-endian. */
function fileByHand(names: readonly string[]): Uint8Array {
  const tensors = [hiddenWeight, hiddenBias, outputWeight, outputBias];
  const shapes = ["[3,2]", "[3]", "[1,3]", "[1]"];
  let offset = 0;
  const entries = tensors.map((values, i) => {
    const end = offset + 4 * values.flat().length;
    const entry = `"${names[i]}":{"dtype":"F32","shape":${shapes[i]},"data_offsets":[${offset},${end}]}`;
    offset = end;
    return entry;
  });
  const header = `{"__metadata__":{"format":"pt"},${entries.join(",")}}`;
  const bytes = new Uint8Array(8 + header.length + offset);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, header.length, true);
  for (let i = 0; i < header.length; i++) bytes[8 + i] = header.charCodeAt(i);
  for (const [i, value] of tensors.flat(2).entries()) view.setFloat32(8 + header.length + 4 * i, value, true);
  return bytes;
}

const made = () => {
  const model = network([2], dense({ outputs: 3 }), reluLayer, dense({ outputs: 1 }));
  return { model, parameters: model.initialize(device, "float32", { seed: 1 }) };
};
const inPyTorch = ["0.weight", "0.bias", "2.weight", "2.bias"];
const samples = [
  [1, 2],
  [-3, 0.5],
  [0, 0],
  [4, -1],
];

describe("weights of PyTorch", () => {
  it.each([
    ["an nn.Sequential", inPyTorch, {}],
    [
      "a module of one's own",
      ["fc1.weight", "fc1.bias", "head.weight", "head.bias"],
      { "0": "fc1", "2": "head" },
    ],
  ])("come from a file of %s, and the network gives its outputs", async (_, fileNames, names) => {
    const { model, parameters } = made();
    fromPyTorch(model, parameters, decodeSafetensors(fileByHand(fileNames)).tensors, { names });
    const outputs = await model.apply(parameters, device.tensor(samples)).data();
    expect([...outputs]).toEqual(samples.map(outputsOf));
    expect(await toPyTorch(model, parameters, { names })).toEqual(
      decodeSafetensors(fileByHand(fileNames)).tensors,
    );
  });

  it("become the model's floats", async () => {
    const model = network([2], dense({ outputs: 3 }), reluLayer, dense({ outputs: 1 }));
    const parameters = model.initialize(device, "float64", { seed: 1 });
    fromPyTorch(model, parameters, decodeSafetensors(fileByHand(inPyTorch)).tensors);
    expect([...(await model.apply(parameters, device.tensor(samples, { dtype: "float64" })).data())]).toEqual(
      samples.map(outputsOf),
    );
  });

  it("go out and come back, also through a layer inside a layer", async () => {
    const inner = () => sequential(dense({ outputs: 4 }), reluLayer);
    const [one, other] = [1, 2].map((seed) => {
      const model = network([2], inner(), sequential(inner(), dense({ outputs: 3 })));
      return { model, parameters: model.initialize(device, "float32", { seed }) };
    });
    const written = await toPyTorch(one.model, one.parameters);
    expect(Object.keys(written)).toContain("1.0.0.weight");
    expect(written["1.1.weight"].shape).toEqual([3, 4]);
    fromPyTorch(other.model, other.parameters, decodeSafetensors(encodeSafetensors(written)).tensors);
    expect(await arraysOf(other.parameters)).toEqual(await arraysOf(one.parameters));
  });

  it("of another network are refused by PyTorch's names and shapes, and nothing is written", async () => {
    const { model, parameters } = made();
    const before = await arraysOf(parameters);
    const tensors: StoredArrays = {
      "0.weight": { dtype: "float32", shape: [2, 3], values: new Float32Array(6) },
      "0.bias": { dtype: "float32", shape: [3], values: new Float32Array(3) },
      "2.bias": { dtype: "float32", shape: [1], values: new Float32Array(1) },
      "4.bias": { dtype: "float32", shape: [1], values: new Float32Array(1) },
    };
    const { code, message } = refusalOf(() =>
      fromPyTorch(model, parameters, tensors, { name: "model.safetensors" }),
    );
    expect(code).toBe("checkpoint-mismatch");
    expect(message).toMatch(/^model\.safetensors: not of this model: /);
    expect(message).toContain("0.weight is [2, 3] and should be [3, 2]");
    expect(message).toContain("2.weight is missing: float32 [1, 3]");
    expect(message).toContain("4.bias is not expected: float32 [1]");
    expect(await arraysOf(parameters)).toEqual(before);
  });
});

describe("a layer of one's own", () => {
  const scaled: Layer<{ factor: Tensor; calls: Tensor; shift: Tensor }> = {
    name: "scaled",
    outputShape: (input) => input,
    initialize: (on, dtype) => ({
      factor: on.tensor(
        Float64Array.from({ length: 24 }, (_, i) => i),
        { shape: [2, 3, 4], dtype },
      ),
      calls: on.zeros([], { dtype: "int32" }),
      shift: on.zeros([2], { dtype }),
    }),
    apply: ({ factor }, x) => x.mul(factor.sum()),
    pyTorch: pyTorchNames({ factor: { name: "gain", axes: [2, 0, 1] }, calls: null }),
  };

  it("says how PyTorch calls its parameters, how they lie there, and which there are not", async () => {
    const model = sequential(scaled);
    const parameters = model.initialize(device, "float32");
    const written = await toPyTorch(model, parameters);
    expect(Object.keys(written).sort()).toEqual(["0.gain", "0.shift"]);
    // numpy.arange(24).reshape(2, 3, 4).transpose(2, 0, 1)[1]
    expect(written["0.gain"].shape).toEqual([4, 2, 3]);
    expect([...written["0.gain"].values.subarray(6, 12)]).toEqual([1, 5, 9, 13, 17, 21]);
    const before = await arraysOf(parameters);
    fromPyTorch(model, parameters, written);
    expect(await arraysOf(parameters)).toEqual(before);
  });
});
