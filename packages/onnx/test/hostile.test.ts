import { createCpuBackend } from "@gradwerk/backend-cpu";
import { fromOnnx, OnnxError } from "@gradwerk/onnx";
import { createDevice } from "@gradwerk/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fileOf, node, tensor } from "./support/files.ts";

/** A small file in which most of what is read appears. */
const file = fileOf({
  nodes: [
    node("Shape", ["x"], ["s"], { int: { start: 0, end: 1 } }),
    node("Concat", ["s", "rest"], ["shape"], { int: { axis: 0 } }),
    node("Reshape", ["x", "shape"], ["r"]),
    node("Conv", ["r", "k"], ["c"], { ints: { kernel_shape: [2, 2], pads: [0, 1, 1, 0] } }),
    node("MaxPool", ["c"], ["p"], { ints: { kernel_shape: [2, 2], strides: [2, 2] } }),
    node("Flatten", ["p"], ["f"]),
    node("Constant", [], ["t"], { tensor: { value: tensor("", "float32", [1], [2]) } }),
    node("Mul", ["f", "t"], ["m"]),
    node("Gemm", ["m", "w", "b"], ["g"], { float: { alpha: 1 }, int: { transB: 1 } }),
    node("Softmax", ["g"], ["y"]),
  ],
  initializers: [
    tensor("rest", "int64", [3], [1, 4, 4]),
    tensor("k", "float32", [1, 1, 2, 2], [1, 2, 3, 4]),
    tensor("w", "float32", [2, 4], [1, 2, 3, 4, 5, 6, 7, 8]),
    tensor("b", "float32", [2], [0, 1]),
  ],
  input: ["batch", 16],
});

const device = createDevice(createCpuBackend());

/** Reads bytes: `true` where they are a model, `false` where they are refused; anything else is thrown on. */
function isRead(bytes: Uint8Array): boolean {
  try {
    fromOnnx(bytes);
    return true;
  } catch (error) {
    if (error instanceof OnnxError) return false;
    throw error;
  }
}

describe("a file that somebody changed", () => {
  it("is whole to begin with", () => {
    const { model } = fromOnnx(file);
    expect(model.output).toEqual([2]);
    expect(model.apply(model.initialize(device, "float32"), device.ones([3, 16])).shape).toEqual([3, 2]);
  });

  // 100,000 files: bytes set, bits turned, parts cut out, doubled or swapped for others.
  it("is read or refused with a typed error, and nothing else happens", () => {
    let state = 1;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    let read = 0;
    for (let i = 0; i < 100_000; i++) {
      let bytes = file.slice();
      for (let change = 0; change <= i % 3; change++) {
        const at = random(bytes.length);
        const to = Math.min(at + random(12), bytes.length);
        switch (random(5)) {
          case 0:
            bytes[at] = random(256);
            break;
          case 1:
            bytes[at] ^= 1 << random(8);
            break;
          case 2:
            bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(to)]);
            break;
          case 3:
            bytes = Uint8Array.from([...bytes.subarray(0, to), ...bytes.subarray(at)]);
            break;
          default:
            bytes.copyWithin(at, random(bytes.length), random(bytes.length));
        }
      }
      if (isRead(bytes)) read++;
    }
    // Changes within a weight leave a model, most others do not.
    expect(read).toBeGreaterThan(1000);
    expect(read).toBeLessThan(90_000);
  });

  it("is refused where it is nothing but bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        isRead(bytes);
      }),
      { numRuns: 5000 },
    );
  });
});

describe("a file of valid parts in any order", () => {
  const names = fc.constantFrom("x", "a", "b", "w", "n", "y", "");
  const operators = fc.constantFrom(
    "Add",
    "MatMul",
    "Gemm",
    "Reshape",
    "Expand",
    "Tile",
    "Slice",
    "Gather",
    "Concat",
    "Split",
    "Pad",
    "Transpose",
    "Squeeze",
    "Unsqueeze",
    "Conv",
    "MaxPool",
    "AveragePool",
    "ConvTranspose",
    "ReduceSum",
    "Range",
    "ConstantOfShape",
    "Shape",
    "Cast",
    "Where",
    "Clip",
    "LayerNormalization",
    "BatchNormalization",
    "Softmax",
    "ArgMax",
    "CumSum",
    "Constant",
  );
  const integer = fc.oneof(fc.integer({ min: -3, max: 4 }), fc.constantFrom(2 ** 31, -(2 ** 40), 2 ** 53));
  const attributes = fc.record(
    {
      int: fc.dictionary(
        fc.constantFrom("axis", "to", "keepdims", "group", "ceil_mode", "value_int"),
        integer,
        { maxKeys: 2 },
      ),
      ints: fc.dictionary(
        fc.constantFrom("axes", "perm", "pads", "strides", "kernel_shape", "dilations", "split"),
        fc.array(integer, { maxLength: 4 }),
        { maxKeys: 2 },
      ),
    },
    { requiredKeys: [] },
  );
  const nodes = fc.array(
    fc
      .tuple(operators, fc.array(names, { maxLength: 4 }), fc.array(names, { maxLength: 2 }), attributes)
      .map(([operator, inputs, outputs, given]) => node(operator, inputs, outputs, given)),
    { maxLength: 4 },
  );

  it("is read or refused with a typed error", () => {
    fc.assert(
      fc.property(
        nodes,
        fc.array(integer, { maxLength: 4 }),
        fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }),
        (made, list, input) => {
          const initializers = [
            tensor("w", "float32", [2, 2], [1, 2, 3, 4]),
            tensor("n", "int64", [list.length], list),
          ];
          const order = [...made, node("Identity", ["a"])];
          isRead(fileOf({ nodes: order, initializers, input: ["batch", ...input] }));
        },
      ),
      { numRuns: 20_000 },
    );
  });
});
