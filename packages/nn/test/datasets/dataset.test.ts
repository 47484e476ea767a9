import { createCpuBackend } from "@gradwerk/backend-cpu";
import { dataset, inputsOf, NnError } from "@gradwerk/nn";
import { createDevice } from "@gradwerk/tensor";
import { describe, expect, it } from "vitest";

const device = createDevice(createCpuBackend());
const bytes = Uint8Array.of(0, 51, 255, 102);

describe("dataset", () => {
  it("keeps bytes as bytes, and gives them to the network from 0 to 1", () => {
    const { inputs, labels, count, scale } = dataset(device, {
      inputs: bytes,
      shape: [2],
      labels: [1, 0],
      classes: 2,
    });
    expect([inputs.dtype, inputs.shape, labels.dtype, labels.shape, count]).toEqual([
      "uint8",
      [2, 2],
      "int32",
      [2],
      2,
    ]);
    expect(scale).toBe(1 / 255);
    const set = { inputs, labels, count, scale, classes: 2, dispose: () => {} };
    const rows = device.tensor([1, 1, 0], { dtype: "int32" });
    const x = inputsOf(set, rows, "float64");
    expect(x.shape).toEqual([3, 2]);
    expect(Array.from(x.dataSync())).toEqual([255, 102, 255, 102, 0, 51].map((pixel) => pixel * (1 / 255)));
  });

  it("leaves floats as they are, and images with axes of their own in shape", () => {
    const set = dataset(device, {
      inputs: Float32Array.of(0.5, -1, 2, 3),
      shape: [1, 2, 1],
      labels: [0, 0],
      classes: 1,
    });
    const x = inputsOf(set, device.tensor([1], { dtype: "int32" }), "float32");
    expect(x.shape).toEqual([1, 1, 2, 1]);
    expect(Array.from(x.dataSync())).toEqual([2, 3]);
  });

  it("has as many classes as there are names", () => {
    const named = {
      inputs: bytes,
      shape: [2],
      labels: [1, 0],
      classNames: ["shirt", "bag", "coat"],
      count: 2,
    };
    expect(dataset(device, named).classes).toBe(3);
  });

  it("outlives scopes, and frees both tensors when it is disposed of", () => {
    const before = device.memory();
    const set = device.scope(() =>
      dataset(device, { inputs: bytes, shape: [2], labels: [1, 0], classes: 2 }),
    );
    expect(set.inputs.disposed).toBe(false);
    set.dispose();
    expect(device.memory()).toEqual(before);
  });

  it.each([
    [
      { labels: [1, 2] },
      "labels",
      "the label of sample 1 is 2; with 2 classes labels are whole numbers from 0 to 1",
    ],
    [{ labels: [-1, 0] }, "labels", "the label of sample 0 is -1"],
    [{ labels: [0.5, 0] }, "labels", "the label of sample 0 is 0.5"],
    [{ labels: [Number.NaN, 0] }, "labels", "the label of sample 0 is NaN"],
    [{ labels: [1] }, "option", "1 labels and 4 inputs, of which [2] are one sample, do not fit"],
    [{ labels: [], inputs: new Uint8Array(0) }, "option", "at least one sample"],
    [{ shape: [3] }, "option", "2 labels and 4 inputs"],
    [{ scale: Number.POSITIVE_INFINITY }, "option", "scale must be a finite number, got Infinity"],
    [{ classes: 0 }, "option", "classes must be a whole number from 1 up"],
    [{ classes: 2.5 }, "option", "classes must be a whole number from 1 up"],
    [{ classes: undefined }, "option", "got undefined"],
    [{ classNames: ["a", "b", "c"] }, "option", "got 2 and 3 classNames"],
    [
      { inputs: Float32Array.of(1, 2, 3, Number.NaN) },
      "not-finite",
      "dataset: input 1 of sample 1 is NaN. Mend the data",
    ],
    [
      { inputs: Float64Array.of(1, Number.NEGATIVE_INFINITY, 3, 4) },
      "not-finite",
      "input 1 of sample 0 is -Infinity",
    ],
  ])("refuses %o", (given, code, message) => {
    const make = () => dataset(device, { inputs: bytes, shape: [2], labels: [1, 0], classes: 2, ...given });
    expect(make).toThrow(NnError);
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code }));
  });
});
