import { createCpuBackend } from "@gradwerk/backend-cpu";
import { trainable } from "@gradwerk/nn";
import { fromOnnx } from "@gradwerk/onnx";
import { createDevice } from "@gradwerk/tensor";
import { describe, expect, it } from "vitest";
import { fileOf, node, tensor } from "./support/files.ts";
import { countOf, largestDifference, numbers } from "./support/numbers.ts";
import { inRuntime } from "./support/runtime.ts";

/** A weight as PyTorch stores it, small random numbers. */
function weight(name: string, shape: readonly number[], seed: number) {
  return tensor(
    name,
    "float32",
    shape,
    Array.from(numbers(countOf(shape), seed), (value) => value / 3),
  );
}

const positive = (name: string, count: number) =>
  tensor(
    name,
    "float32",
    [count],
    Array.from(numbers(count, 5), (value) => Math.abs(value) + 0.1),
  );

// The nodes, names and attributes that torch.onnx.export writes for
//   Sequential(Conv2d(1, 4, 3, padding=1), BatchNorm2d(4), ReLU(), MaxPool2d(2), Dropout(), view(x.size(0), -1),
//   Linear(36, 8), GELU, Linear(8, 3)), which stores the weights of Linear as [out, in].
const file = fileOf({
  producer: "pytorch",
  opset: 17,
  input: ["batch_size", 1, 6, 6],
  initializers: [
    weight("conv1.weight", [4, 1, 3, 3], 2),
    weight("conv1.bias", [4], 3),
    weight("bn1.weight", [4], 4),
    weight("bn1.bias", [4], 5),
    weight("bn1.running_mean", [4], 6),
    positive("bn1.running_var", 4),
    weight("fc1.weight", [8, 36], 7),
    weight("fc1.bias", [8], 8),
    weight("fc2.weight", [3, 8], 9),
    weight("fc2.bias", [3], 10),
    tensor("onnx::Unsqueeze_20", "int64", [1], [0]),
  ],
  nodes: [
    node("Conv", ["x", "conv1.weight", "conv1.bias"], ["/conv1/Conv_output_0"], {
      ints: { dilations: [1, 1], kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [1, 1] },
      int: { group: 1 },
    }),
    node(
      "BatchNormalization",
      ["/conv1/Conv_output_0", "bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var"],
      ["/bn1/BatchNormalization_output_0"],
      { float: { epsilon: 1e-5, momentum: 0.9 }, int: { training_mode: 0 } },
    ),
    node("Relu", ["/bn1/BatchNormalization_output_0"], ["/Relu_output_0"]),
    node("MaxPool", ["/Relu_output_0"], ["/pool/MaxPool_output_0"], {
      ints: { kernel_shape: [2, 2], pads: [0, 0, 0, 0], strides: [2, 2], dilations: [1, 1] },
      int: { ceil_mode: 0 },
    }),
    node("Dropout", ["/pool/MaxPool_output_0"], ["/drop/Dropout_output_0"]),
    node("Shape", ["/drop/Dropout_output_0"], ["/Shape_output_0"]),
    node("Constant", [], ["/Constant_output_0"], { tensor: { value: tensor("", "int64", [], [0]) } }),
    node("Gather", ["/Shape_output_0", "/Constant_output_0"], ["/Gather_output_0"], { int: { axis: 0 } }),
    node("Unsqueeze", ["/Gather_output_0", "onnx::Unsqueeze_20"], ["/Unsqueeze_output_0"]),
    node("Constant", [], ["/Constant_1_output_0"], { tensor: { value: tensor("", "int64", [1], [-1]) } }),
    node("Concat", ["/Unsqueeze_output_0", "/Constant_1_output_0"], ["/Concat_output_0"], {
      int: { axis: 0 },
    }),
    node("Reshape", ["/drop/Dropout_output_0", "/Concat_output_0"], ["/Reshape_output_0"], {
      int: { allowzero: 0 },
    }),
    node("Gemm", ["/Reshape_output_0", "fc1.weight", "fc1.bias"], ["/fc1/Gemm_output_0"], {
      float: { alpha: 1, beta: 1 },
      int: { transB: 1 },
    }),
    node("Constant", [], ["/Constant_2_output_0"], {
      tensor: { value: tensor("", "float32", [], [Math.SQRT2]) },
    }),
    node("Div", ["/fc1/Gemm_output_0", "/Constant_2_output_0"], ["/Div_output_0"]),
    node("Erf", ["/Div_output_0"], ["/Erf_output_0"]),
    node("Constant", [], ["/Constant_3_output_0"], { tensor: { value: tensor("", "float32", [], [1]) } }),
    node("Add", ["/Erf_output_0", "/Constant_3_output_0"], ["/Add_output_0"]),
    node("Mul", ["/fc1/Gemm_output_0", "/Add_output_0"], ["/Mul_output_0"]),
    node("Constant", [], ["/Constant_4_output_0"], { tensor: { value: tensor("", "float32", [], [0.5]) } }),
    node("Mul", ["/Mul_output_0", "/Constant_4_output_0"], ["/Mul_1_output_0"]),
    node("Gemm", ["/Mul_1_output_0", "fc2.weight", "fc2.bias"], ["y"], {
      float: { alpha: 1, beta: 1 },
      int: { transB: 1 },
    }),
  ],
});

describe("a file with PyTorch's names", () => {
  const device = createDevice(createCpuBackend());
  const { model, producer } = fromOnnx(file);
  const parameters = model.initialize(device, "float32");

  it("gives what onnxruntime gives", async () => {
    const x = numbers(72);
    const here = await model.apply(parameters, device.tensor(x, { shape: [2, 1, 6, 6] })).data();
    const there = await inRuntime(file, x, [2, 1, 6, 6]);
    expect(there.shape).toEqual([2, ...model.output]);
    expect(largestDifference(here, there.values)).toBeLessThanOrEqual(1e-5);
  });

  it("has its parameters under their names, of which those that PyTorch would train are trained", () => {
    expect(producer).toBe("pytorch");
    expect(Object.keys(parameters)).toContain("bn1.running_var");
    expect(Object.keys(trainable(model, parameters))).toEqual([
      "conv1.weight",
      "conv1.bias",
      "bn1.weight",
      "bn1.bias",
      "fc1.weight",
      "fc1.bias",
      "fc2.weight",
      "fc2.bias",
    ]);
  });
});
