import { readFileSync } from "node:fs";
import { createCpuBackend } from "@gradwerk/backend-cpu";
import { fromOnnx } from "@gradwerk/onnx";
import { createDevice, type Device } from "@gradwerk/tensor";
import { afterAll, describe, expect, it } from "vitest";
import { operators } from "../src/import/operators/table.ts";
import { type FileOptions, fileOf, node, tensor } from "./support/files.ts";
import { countOf, largestDifference, numbers } from "./support/numbers.ts";
import { inRuntime } from "./support/runtime.ts";

const device: Device = createDevice(createCpuBackend());
afterAll(() => device.dispose());

/** Runs a file on a batch both here and in onnxruntime. */
async function bothWays(options: FileOptions, shape: readonly number[]) {
  const file = fileOf({ input: ["batch", ...shape.slice(1)], ...options });
  const values = numbers(countOf(shape));
  const { model } = fromOnnx(file);
  const here = device.scope(() =>
    device.keep(model.apply(model.initialize(device, "float32"), device.tensor(values, { shape }))),
  );
  const reference = await inRuntime(file, values, shape);
  return { here: { shape: here.shape, values: Array.from(await here.data()) }, reference };
}

async function expectSame(options: FileOptions, shape: readonly number[]): Promise<void> {
  const { here, reference } = await bothWays(options, shape);
  expect(here.shape).toEqual(reference.shape);
  expect(largestDifference(here.values, reference.values)).toBeLessThanOrEqual(1e-5);
}

/** Random initializers by name and shape. */
function weights(shapes: Readonly<Record<string, readonly number[]>>) {
  return Object.entries(shapes).map(([name, shape], i) =>
    tensor(name, "float32", shape, Array.from(numbers(countOf(shape), i + 2))),
  );
}

const int64 = (name: string, values: readonly number[]) => tensor(name, "int64", [values.length], values);

describe("an operator gives what onnxruntime gives", () => {
  it.each([
    "Abs",
    "Ceil",
    "Cos",
    "Elu",
    "Erf",
    "Exp",
    "Floor",
    "HardSigmoid",
    "HardSwish",
    "Identity",
    "LeakyRelu",
    "LogSoftmax",
    "Mish",
    "Neg",
    "Reciprocal",
    "Relu",
    "Round",
    "Selu",
    "Sigmoid",
    "Sign",
    "Sin",
    "Softmax",
    "Softplus",
    "Softsign",
    "Tanh",
  ])("%s", async (operator) => {
    await expectSame({ nodes: [node(operator, ["x"])] }, [2, 3, 5]);
  });

  it.each(["Log", "Sqrt"])("%s, of numbers from 0 up", async (operator) => {
    await expectSame({ nodes: [node("Abs", ["x"], ["a"]), node(operator, ["a"])] }, [2, 30]);
  });

  it.each(["Add", "Sub", "Mul", "Div", "Max", "Min", "Sum", "Mean", "PRelu"])(
    "%s, with one side stretched",
    async (operator) => {
      await expectSame(
        { nodes: [node(operator, ["x", "w"])], initializers: weights({ w: [3, 1] }) },
        [2, 3, 5],
      );
    },
  );

  it.each(["Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual"])(
    "%s, as a condition",
    async (operator) => {
      const nodes = [
        node(operator, ["x", "w"], ["c"]),
        node("Not", ["c"], ["n"]),
        node("Where", ["n", "x", "w"]),
      ];
      await expectSame({ nodes, initializers: weights({ w: [1] }) }, [2, 30]);
    },
  );

  it.each(["And", "Or", "Xor"])("%s, as numbers", async (operator) => {
    const nodes = [
      node("Greater", ["x", "w"], ["a"]),
      node("Less", ["x", "v"], ["b"]),
      node(operator, ["a", "b"], ["c"]),
      node("Cast", ["c"], ["y"], { int: { to: 1 } }),
    ];
    await expectSame({ nodes, initializers: weights({ w: [1], v: [1] }) }, [2, 30]);
  });

  it("Pow", async () => {
    const nodes = [node("Abs", ["x"], ["a"]), node("Pow", ["a", "w"])];
    await expectSame({ nodes, initializers: weights({ w: [5] }) }, [2, 5]);
  });

  it("Gelu, exact and by tanh", async () => {
    for (const approximate of ["none", "tanh"]) {
      await expectSame(
        { nodes: [node("Gelu", ["x"], ["y"], { string: { approximate } })], opset: 20 },
        [2, 30],
      );
    }
  });

  it("Clip, with either bound", async () => {
    const bounds = [tensor("low", "float32", [], [-0.5]), tensor("high", "float32", [], [0.75])];
    for (const inputs of [["x"], ["x", "low"], ["x", "", "high"], ["x", "low", "high"]]) {
      await expectSame({ nodes: [node("Clip", inputs)], initializers: bounds }, [2, 30]);
    }
  });

  it.each([1, 2, -1])("Softmax along axis %d, and as it was before version 13", async (axis) => {
    for (const opset of [11, 18]) {
      await expectSame({ nodes: [node("Softmax", ["x"], ["y"], { int: { axis } })], opset }, [2, 3, 5]);
    }
  });

  it("MatMul, of matrices, stacks of them, and vectors", async () => {
    const vectors = weights({ w: [5, 4], s: [3, 5, 2], v: [5] });
    for (const w of ["w", "v"]) {
      await expectSame({ nodes: [node("MatMul", ["x", w])], initializers: vectors }, [2, 3, 2, 5]);
    }
    await expectSame({ nodes: [node("MatMul", ["x", "s"])], initializers: vectors }, [2, 3, 2, 5]);
  });

  it.each([
    { transB: 0, alpha: 1, beta: 1, shift: [4] },
    { transB: 1, alpha: 1, beta: 1, shift: [4] },
    { transB: 1, alpha: 0.5, beta: 2, shift: [1, 4] },
    { transB: 0, alpha: 2, beta: 1, shift: undefined },
  ])("Gemm, with $transB, $alpha, $beta and $shift", async ({ transB, alpha, beta, shift }) => {
    const inputs = shift === undefined ? ["x", "w"] : ["x", "w", "b"];
    const nodes = [node("Gemm", inputs, ["y"], { int: { transB }, float: { alpha, beta } })];
    const initializers = weights({ w: transB === 1 ? [4, 5] : [5, 4], b: shift ?? [] });
    await expectSame({ nodes, initializers }, [3, 5]);
  });

  it.each([
    { name: "plain", ints: {} },
    { name: "with stride and padding", ints: { strides: [2, 1], pads: [1, 2, 1, 2] } },
    { name: "with uneven padding", ints: { pads: [0, 1, 2, 0] } },
    { name: "dilated", ints: { dilations: [2, 1] } },
  ])("Conv, $name", async ({ ints }) => {
    const nodes = [node("Conv", ["x", "w", "b"], ["y"], { ints: { kernel_shape: [3, 2], ...ints } })];
    await expectSame({ nodes, initializers: weights({ w: [6, 4, 3, 2], b: [6] }) }, [2, 4, 7, 6]);
  });

  it.each(["SAME_UPPER", "SAME_LOWER", "VALID"])("Conv with auto_pad %s", async (mode) => {
    const nodes = [
      node("Conv", ["x", "w"], ["y"], { string: { auto_pad: mode }, ints: { strides: [2, 2] } }),
    ];
    await expectSame({ nodes, initializers: weights({ w: [6, 4, 3, 2] }) }, [2, 4, 7, 6]);
  });

  it("Conv in groups, and over rows", async () => {
    const grouped = [node("Conv", ["x", "w"], ["y"], { int: { group: 2 } })];
    await expectSame({ nodes: grouped, initializers: weights({ w: [6, 2, 3, 3] }) }, [2, 4, 7, 6]);
    const rows = [node("Conv", ["x", "w"], ["y"], { ints: { pads: [1, 2], strides: [2] } })];
    await expectSame({ nodes: rows, initializers: weights({ w: [5, 4, 3] }) }, [2, 4, 9]);
  });

  it.each([
    { name: "plain", ints: {} },
    {
      name: "with stride and padding",
      ints: { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 0] },
    },
    { name: "with uneven padding", ints: { strides: [2, 1], pads: [0, 1, 2, 0] } },
  ])("ConvTranspose, $name", async ({ ints }) => {
    const nodes = [node("ConvTranspose", ["x", "w", "b"], ["y"], { ints })];
    await expectSame({ nodes, initializers: weights({ w: [4, 3, 3, 3], b: [3] }) }, [2, 4, 5, 4]);
  });

  it.each([
    { kernel_shape: [2, 2], strides: [2, 2] },
    { kernel_shape: [3, 2], pads: [1, 1, 1, 1] },
    { kernel_shape: [3, 3], strides: [2, 2], pads: [0, 0, 1, 1] },
  ])("MaxPool and AveragePool with %o", async (ints) => {
    for (const operator of ["MaxPool", "AveragePool"]) {
      await expectSame({ nodes: [node(operator, ["x"], ["y"], { ints })] }, [2, 3, 7, 6]);
      const rounded = node(operator, ["x"], ["y"], { ints, int: { ceil_mode: 1 } });
      await expectSame({ nodes: [rounded] }, [2, 3, 7, 7]);
    }
    const counting = node("AveragePool", ["x"], ["y"], { ints, int: { count_include_pad: 1 } });
    await expectSame({ nodes: [counting] }, [2, 3, 7, 6]);
  });

  it("pooling leaves out a last window that would begin beyond the image", async () => {
    const ints = { kernel_shape: [1, 2], strides: [3, 3] };
    for (const operator of ["MaxPool", "AveragePool"]) {
      const rounded = node(operator, ["x"], ["y"], { ints, int: { ceil_mode: 1 } });
      await expectSame({ nodes: [rounded] }, [2, 3, 6, 7]);
    }
  });

  it("pooling over rows", async () => {
    for (const operator of ["MaxPool", "AveragePool"]) {
      const ints = { kernel_shape: [3], strides: [2] };
      await expectSame({ nodes: [node(operator, ["x"], ["y"], { ints })] }, [2, 3, 9]);
    }
  });

  it.each(["GlobalAveragePool", "GlobalMaxPool"])("%s", async (operator) => {
    await expectSame({ nodes: [node(operator, ["x"])] }, [2, 3, 4, 5]);
  });

  it("BatchNormalization by the statistics of the file", async () => {
    const initializers = weights({ s: [3], b: [3], m: [3], w: [3] });
    const nodes = [
      node("Abs", ["w"], ["v"]),
      node("BatchNormalization", ["x", "s", "b", "m", "v"], ["y"], { float: { epsilon: 0.01 } }),
    ];
    await expectSame({ nodes, initializers }, [2, 3, 4, 5]);
  });

  it("LayerNormalization over one axis and two, with a shift and without", async () => {
    const initializers = weights({ s: [5], b: [5], s2: [4, 5] });
    await expectSame({ nodes: [node("LayerNormalization", ["x", "s", "b"])], initializers }, [2, 4, 5]);
    const two = [node("LayerNormalization", ["x", "s2"], ["y"], { int: { axis: 1 } })];
    await expectSame({ nodes: two, initializers }, [2, 4, 5]);
  });

  it("InstanceNormalization and GroupNormalization", async () => {
    const initializers = weights({ s: [4], b: [4] });
    await expectSame({ nodes: [node("InstanceNormalization", ["x", "s", "b"])], initializers }, [2, 4, 5]);
    const grouped = node("GroupNormalization", ["x", "s", "b"], ["y"], { int: { num_groups: 2 } });
    await expectSame({ nodes: [grouped], initializers, opset: 21 }, [2, 4, 5]);
  });

  it.each([
    "ReduceSum",
    "ReduceMean",
    "ReduceMax",
    "ReduceMin",
    "ReduceProd",
    "ReduceL1",
    "ReduceL2",
    "ReduceSumSquare",
    "ReduceLogSumExp",
  ])("%s, with axes as an attribute and as an input", async (operator) => {
    const old = node(operator, ["x"], ["y"], { ints: { axes: [1, -1] } });
    await expectSame({ nodes: [old], opset: 11 }, [2, 3, 4, 5]);
    const flat = node(operator, ["x", "axes"], ["y"], { int: { keepdims: 0 } });
    await expectSame({ nodes: [flat], initializers: [int64("axes", [2])] }, [2, 3, 4, 5]);
  });

  it.each(["ArgMax", "ArgMin"])("%s", async (operator) => {
    const nodes = [node(operator, ["x"], ["y"], { int: { axis: 1, keepdims: 0 } })];
    await expectSame({ nodes, outputType: "int64" }, [2, 3, 5]);
  });

  it("CumSum", async () => {
    await expectSame(
      { nodes: [node("CumSum", ["x", "a"])], initializers: [tensor("a", "int64", [], [1])] },
      [2, 5],
    );
  });

  describe.each([
    { operator: "RNN", gates: 1, states: 1, int: {} },
    { operator: "LSTM", gates: 4, states: 2, int: {} },
    { operator: "GRU", gates: 3, states: 1, int: {} },
    { operator: "GRU", gates: 3, states: 1, int: { linear_before_reset: 1 } },
  ])("$operator with $int", ({ operator, gates, states, int }) => {
    const [units, width] = [4, 3];

    it.each(["forward", "reverse", "bidirectional"])("%s", async (direction) => {
      const directions = direction === "bidirectional" ? 2 : 1;
      const initializers = [
        ...weights({
          w: [directions, gates * units, width],
          r: [directions, gates * units, units],
          b: [directions, 2 * gates * units],
          h: [directions, 2, units],
          c: [directions, 2, units],
        }),
      ];
      // The steps come first, as everywhere in ONNX; the batch is 2.
      const begin = ["h", "c"].slice(0, states);
      const inputs = ["t", "w", "r", "b", "", ...begin];
      const attributes = { int: { hidden_size: units, ...int }, string: { direction } };
      const nodes = [
        node("Transpose", ["x"], ["t"], { ints: { perm: [1, 0, 2] } }),
        node(operator, inputs, ["s", "last"], attributes),
        node("Transpose", ["s"], ["u"], { ints: { perm: [2, 0, 1, 3] } }),
        node("Transpose", ["last"], ["v"], { ints: { perm: [1, 0, 2] } }),
      ];
      const sequence = [...nodes, node("Flatten", ["u"])];
      const state = [...nodes, node("Flatten", ["v"])];
      for (const chosen of [sequence, state]) {
        await expectSame({ nodes: chosen, initializers, input: [2, 5, width] }, [2, 5, width]);
      }
      const plain = [
        ...nodes.slice(0, 1),
        node(operator, ["t", "w", "r"], ["s"], attributes),
        nodes[2],
        node("Flatten", ["u"]),
      ];
      await expectSame({ nodes: plain, initializers }, [2, 5, width]);
    });
  });

  it("Slice, from both ends and backwards", async () => {
    for (const [starts, ends, axes, steps] of [
      [[1], [2 ** 62], [1], [1]],
      [
        [-3, 0],
        [-1, 4],
        [2, 1],
        [1, 2],
      ],
      [[-1], [-(2 ** 62)], [2], [-2]],
    ]) {
      const initializers = Object.entries({ starts, ends, axes, steps }).map(([name, list]) =>
        int64(name, list),
      );
      const nodes = [node("Slice", ["x", "starts", "ends", "axes", "steps"])];
      await expectSame({ nodes, initializers }, [2, 4, 5]);
    }
  });

  it("Pad, also by less than nothing", async () => {
    const initializers = [int64("pads", [0, 1, -1, 0, 2, 1]), tensor("v", "float32", [], [7])];
    await expectSame({ nodes: [node("Pad", ["x", "pads", "v"])], initializers }, [2, 4, 5]);
  });

  it("Gather, of a single place, of many, and of tokens that come in", async () => {
    const initializers = [
      tensor("one", "int64", [], [-1]),
      tensor("many", "int64", [2, 2], [0, 2, -1, 1]),
      ...weights({ table: [6, 3] }),
    ];
    for (const indices of ["one", "many"]) {
      await expectSame(
        { nodes: [node("Gather", ["x", indices], ["y"], { int: { axis: 1 } })], initializers },
        [2, 4, 5],
      );
    }
    const tokens = [
      node("Abs", ["x"], ["a"]),
      node("Floor", ["a"], ["f"]),
      node("Cast", ["f"], ["i"], { int: { to: 7 } }),
      node("Gather", ["table", "i"]),
    ];
    await expectSame({ nodes: tokens, initializers }, [2, 4]);
  });

  it("Concat, Split, Transpose, Tile, Flatten, Squeeze and Unsqueeze", async () => {
    const nodes = [
      node("Split", ["x"], ["a", "b"], { int: { axis: 2, num_outputs: 2 } }),
      node("Concat", ["b", "a"], ["c"], { int: { axis: 1 } }),
      node("Transpose", ["c"], ["t"], { ints: { perm: [0, 2, 1] } }),
      node("Tile", ["t", "times"], ["r"]),
      node("Unsqueeze", ["r", "axis"], ["u"]),
      node("Squeeze", ["u", "axis"], ["s"]),
      node("Flatten", ["s"], ["f"]),
      node("Unsqueeze", ["f", "axis"]),
    ];
    const initializers = [int64("axis", [1]), int64("times", [1, 2, 1])];
    await expectSame({ nodes, initializers }, [2, 4, 6]);
  });
});

describe("shapes that a file computes", () => {
  it("keep the batch as PyTorch writes x.view(x.size(0), -1)", async () => {
    const nodes = [
      node("Shape", ["x"], ["s"]),
      node("Constant", [], ["zero"], { tensor: { value: tensor("", "int64", [], [0]) } }),
      node("Gather", ["s", "zero"], ["batch"], { int: { axis: 0 } }),
      node("Unsqueeze", ["batch", "axes"], ["b"]),
      node("Concat", ["b", "rest"], ["shape"], { int: { axis: 0 } }),
      node("Reshape", ["x", "shape"]),
    ];
    await expectSame({ nodes, initializers: [int64("axes", [0]), int64("rest", [-1])] }, [3, 4, 5]);
  });

  it("stretch as PyTorch writes expand with -1", async () => {
    const nodes = [
      node("Constant", [], ["shape"], { tensor: { value: tensor("", "int64", [3], [-1, 4, 5]) } }),
      node("ConstantOfShape", ["three"], ["ones"], { tensor: { value: tensor("", "int64", [1], [1]) } }),
      node("Constant", [], ["minus"], { tensor: { value: tensor("", "int64", [], [-1]) } }),
      node("Mul", ["ones", "minus"], ["m"]),
      node("Equal", ["shape", "m"], ["open"]),
      node("Where", ["open", "ones", "shape"], ["target"]),
      node("Expand", ["x", "target"]),
    ];
    await expectSame({ nodes, initializers: [int64("three", [3])] }, [3, 1, 5]);
  });

  it("count places with Range", async () => {
    const nodes = [
      node("Shape", ["x"], ["s"], { int: { start: 1, end: 2 } }),
      node("Squeeze", ["s"], ["n"]),
      node("Range", ["zero", "n", "one"], ["places"]),
      node("Cast", ["places"], ["p"], { int: { to: 1 } }),
      node("Add", ["x", "p"]),
    ];
    const initializers = [tensor("zero", "int64", [], [0]), tensor("one", "int64", [], [1])];
    await expectSame({ nodes, initializers }, [3, 6]);
  });
});

describe("the README", () => {
  it("lists the operators that are read", () => {
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
    const [, list] = /<!-- operators -->([\s\S]*?)<!-- end/.exec(readme) ?? [];
    expect(list?.trim().split(/,\s+/)).toEqual([...operators.keys()].sort());
  });
});
