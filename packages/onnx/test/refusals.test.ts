import { createCpuBackend } from "@gradwerk/backend-cpu";
import { NnError } from "@gradwerk/nn";
import { fromOnnx, OnnxError, type OnnxErrorCode } from "@gradwerk/onnx";
import { createDevice } from "@gradwerk/tensor";
import { describe, expect, it } from "vitest";
import { type FileOptions, fileOf, node, tensor } from "./support/files.ts";

/** The error with which something is refused. */
function refusal(work: () => unknown): OnnxError {
  try {
    work();
  } catch (error) {
    if (error instanceof OnnxError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

function refused(options: FileOptions): OnnxError {
  return refusal(() => fromOnnx(fileOf(options)));
}

/** A field of a message by hand: its number, then bytes with their length before them. */
function field(number: number, ...content: readonly number[]): number[] {
  return [(number << 3) | 2, ...varint(content.length), ...content];
}

/** A whole number, seven bits a byte. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
}

const relu = node("Relu", ["x"]);

describe("bytes that are no ONNX file", () => {
  it.each<[string, OnnxErrorCode, Uint8Array]>([
    ["no bytes", "malformed", new Uint8Array(0)],
    ["zeros", "malformed", new Uint8Array(64)],
    ["text", "malformed", new TextEncoder().encode("<!doctype html><title>Not found</title>")],
    ["a group", "malformed", Uint8Array.of(0x3b, 0x3c)],
    ["text that is not UTF-8", "malformed", Uint8Array.from(field(2, 0xff, 0xfe))],
    ["a number that never ends", "malformed", new Uint8Array(40).fill(0xff).with(0, 8)],
    ["two graphs", "malformed", Uint8Array.from([...field(7), ...field(7)])],
    ["a length beyond the end", "truncated", Uint8Array.of(0x3a, 0x7f, 0)],
    ["a length of four gigabytes", "truncated", Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f)],
    ["a graph as a number", "malformed", Uint8Array.of(0x38, 1)],
    // Field 99 in a node of three bytes, in a graph of two.
    [
      "a message that reaches beyond the one that holds it",
      "malformed",
      Uint8Array.from([...field(7, 0x0a, 3), 0x98, 0x06, 0]),
    ],
  ])("are refused: %s", (_, code, bytes) => {
    expect(refusal(() => fromOnnx(bytes)).code).toBe(code);
  });

  it("are refused wherever a file is cut off", () => {
    const file = fileOf({
      nodes: [node("Gemm", ["x", "w"])],
      initializers: [tensor("w", "float32", [3, 2], [1, 2, 3, 4, 5, 6])],
    });
    for (let length = 0; length < file.length; length++) {
      const { code } = refusal(() => fromOnnx(file.slice(0, length)));
      expect(["truncated", "malformed", "opset"]).toContain(code);
    }
  });

  it("say where they are wrong", () => {
    const file = Uint8Array.from([8, 8, ...field(7, 0x0a, 0x7f)]);
    expect(refusal(() => fromOnnx(file)).message).toMatch(
      /^byte 6, a node: 127 bytes are announced, 0 are left/,
    );
  });

  it("are not even looked at where they are no bytes", () => {
    expect(refusal(() => fromOnnx("model.onnx" as unknown as Uint8Array)).code).toBe("option");
  });
});

describe("a tensor", () => {
  /** A file with one tensor of these fields as its initializer. */
  const withTensor = (...fields: readonly number[]): Uint8Array =>
    Uint8Array.from([8, 8, ...field(8, 16, 18), ...field(7, ...field(5, ...fields))]);

  const float = [16, 1];

  it.each<[string, OnnxErrorCode, readonly number[]]>([
    ["with fewer bytes than its shape asks for", "tensor-data", [8, 3, ...float, ...field(9, 0, 0, 0, 0)]],
    ["with more bytes", "tensor-data", [8, 1, ...float, ...field(9, 0, 0, 0, 0, 0, 0, 0, 0)]],
    ["of a billion elements in no bytes", "tensor-data", [8, ...varint(1e9), ...float]],
    ["of a billion whole numbers in two bytes", "tensor-data", [8, ...varint(1e9), 16, 7, ...field(7, 1, 1)]],
    ["of more elements than can be counted", "limit", [8, ...varint(1e9), 8, ...varint(1e9), ...float]],
    ["of 40 axes", "limit", [...new Array(40).fill([8, 1]).flat(), ...float]],
    ["of fewer than no elements", "tensor-data", [8, ...new Array(9).fill(0xff), 1, ...float]],
    ["whose values lie elsewhere", "external-data", [8, 1, ...float, ...field(13, ...field(1, 97))]],
    ["that is said to lie elsewhere", "external-data", [8, 1, ...float, 112, 1]],
    ["of an unknown type", "data-type", [8, 1, 16, 99]],
    ["of half floats", "data-type", [8, 1, 16, 10, ...field(9, 0, 0)]],
    ["with values twice", "tensor-data", [8, 1, ...float, ...field(9, 0, 0, 0, 0), ...field(4, 0, 0, 0, 0)]],
    ["with values of another type", "tensor-data", [8, 1, ...float, ...field(7, 1)]],
    ["with a number that is cut off", "tensor-data", [8, 1, 16, 7, ...field(7, 0x80)]],
    ["with a byte that is no truth value", "tensor-data", [8, 1, 16, 9, ...field(9, 2)]],
    ["with a number that its type does not hold", "tensor-data", [8, 1, 16, 2, ...field(5, ...varint(300))]],
  ])("is refused %s", (_, code, fields) => {
    expect(refusal(() => fromOnnx(withTensor(...fields))).code).toBe(code);
  });
});

describe("a file of very many parts", () => {
  it.each<[string, number, boolean, RegExp]>([
    // Nodes without anything, two bytes each; and one node with inputs without names.
    ["nodes", 50_001, false, /has more than 50000 nodes/],
    ["names", 1_000_001, true, /more than 2000000 values outside of tensors/],
  ])("is refused before it fills the memory: %s", (_, count, inOneNode, message) => {
    const parts = new Uint8Array(2 * count).map((__, i) => (i % 2 === 0 ? 0x0a : 0));
    const node = inOneNode ? [0x0a, ...varint(parts.length)] : [];
    const head = [0x3a, ...varint(node.length + parts.length), ...node];
    const file = new Uint8Array(head.length + parts.length);
    file.set(head);
    file.set(parts, head.length);
    const error = refusal(() => fromOnnx(file));
    expect(error.code).toBe("limit");
    expect(error.message).toMatch(message);
  });
});

describe("what a tensor promises", () => {
  it("is compared with the bytes that are there before memory is taken", () => {
    const billion = [...field(5, 8, ...varint(1e9), 16, 7, ...field(7, 1, 1))];
    const file = Uint8Array.from([8, 8, ...field(8, 16, 18), ...field(7, ...billion)]);
    expect(refusal(() => fromOnnx(file)).message).toBe(
      'tensor "": its shape asks for 1000000000 values of int64, found at most 2 values.',
    );
  });
});

describe("a graph is refused", () => {
  const weight = tensor("w", "float32", [3], [1, 2, 3]);

  it.each<[string, OnnxErrorCode, FileOptions]>([
    [
      "with a circle",
      "graph",
      { nodes: [node("Add", ["x", "b"], ["a"]), node("Relu", ["a"], ["b"]), node("Relu", ["b"])] },
    ],
    ["with a node that feeds itself", "graph", { nodes: [node("Add", ["x", "y"])] }],
    ["with a value that nothing makes", "graph", { nodes: [node("Add", ["x", "w"])] }],
    ["with an output that nothing makes", "graph", { nodes: [relu], outputs: ["z"] }],
    ["without an output", "graph", { nodes: [relu], outputs: [] }],
    ["with two outputs, of which none was chosen", "graph", { nodes: [relu], outputs: ["x", "y"] }],
    ["with two nodes that make one value", "graph", { nodes: [relu, relu] }],
    ["with a node that makes the input", "graph", { nodes: [node("Relu", ["x"], ["x"])] }],
    [
      "with two initializers of one name",
      "graph",
      { nodes: [node("Add", ["x", "w"])], initializers: [weight, weight] },
    ],
    [
      "with an initializer without a name",
      "graph",
      { nodes: [relu], initializers: [{ ...weight, name: "" }] },
    ],
    [
      "with an attribute given twice",
      "graph",
      {
        nodes: [
          {
            ...node("Elu", ["x"]),
            attributes: [
              ...node("Elu", [], [], { float: { alpha: 1 } }).attributes,
              ...node("Elu", [], [], { float: { alpha: 2 } }).attributes,
            ],
          },
        ],
      },
    ],
    ["of operators of a version to come", "opset", { nodes: [relu], opset: 99 }],
    ["of operators of a version long gone", "opset", { nodes: [relu], opset: 6 }],
    ["with an unknown operator", "operator", { nodes: [node("NonMaxSuppression", ["x"])] }],
    ["with an operator of somebody else", "operator", { nodes: [{ ...relu, domain: "com.example" }] }],
    ["with an unknown attribute", "attribute", { nodes: [node("Relu", ["x"], ["y"], { int: { fast: 1 } })] }],
    [
      "with an attribute of the wrong type",
      "attribute",
      { nodes: [node("Elu", ["x"], ["y"], { int: { alpha: 1 } })] },
    ],
    ["with an input too few", "attribute", { nodes: [node("Add", ["x"])] }],
    [
      "with a shape that is computed from the data",
      "attribute",
      { nodes: [node("Cast", ["x"], ["s"], { int: { to: 7 } }), node("Reshape", ["x", "s"])] },
    ],
    ["with an axis too far", "attribute", { nodes: [node("Softmax", ["x"], ["y"], { int: { axis: 5 } })] }],
    [
      "with shapes that do not fit",
      "shape",
      { nodes: [node("MatMul", ["x", "w"])], initializers: [tensor("w", "float32", [2, 2], [1, 2, 3, 4])] },
    ],
    [
      "that asks for more memory than there is",
      "limit",
      { nodes: [node("Tile", ["x", "n"])], initializers: [tensor("n", "int64", [2], [1e6, 1e6])] },
    ],
    [
      "that asks for more than is accepted",
      "limit",
      {
        nodes: [node("ConstantOfShape", ["n"], ["z"]), node("Add", ["x", "z"])],
        initializers: [tensor("n", "int64", [2], [1e6, 3e2])],
      },
    ],
    ["that loses the batch", "shape", { nodes: [node("ReduceSum", ["x"], ["y"], { int: { keepdims: 0 } })] }],
    ["whose samples have no shape", "shape", { nodes: [relu], input: [] }],
    ["whose samples have an open shape", "shape", { nodes: [relu], input: ["batch", "width"] }],
  ])("%s", (_, code, options) => {
    const error = refused(options);
    expect(error.code, error.message).toBe(code);
  });

  it("with the name of what is wrong", () => {
    expect(refused({ nodes: [node("NonMaxSuppression", ["x"])] }).message).toBe(
      'NonMaxSuppression "y": the operator NonMaxSuppression is not supported.',
    );
    expect(refused({ nodes: [relu], opset: 99 }).message).toMatch(/version 99 .* 7 to 27 are supported/);
  });
});

describe("what a file leaves open", () => {
  it("is given: the shape of one sample, the output", () => {
    const open = fileOf({ nodes: [relu], input: ["batch", "width"] });
    expect(fromOnnx(open, { input: [7] }).model.output).toEqual([7]);
    const two = fileOf({
      nodes: [relu, node("Flatten", ["x"], ["z"])],
      outputs: ["y", "z"],
      input: [1, 2, 3],
    });
    expect(fromOnnx(two, { output: "z" }).model.output).toEqual([6]);
    expect(refusal(() => fromOnnx(two, { output: "w" })).code).toBe("option");
  });

  it("is not needed where it does not reach the output", () => {
    const nodes = [node("NonMaxSuppression", ["x"], ["z"]), relu];
    expect(fromOnnx(fileOf({ nodes, outputs: ["y", "z"] }), { output: "y" }).model.output).toEqual([3]);
  });
});

describe("a batch that was written into the file", () => {
  const nodes = [node("Reshape", ["x", "shape"])];
  const initializers = [tensor("shape", "int64", [2], [4, 3])];
  const { model, batch } = fromOnnx(fileOf({ nodes, initializers, input: [4, 3] }));
  const device = createDevice(createCpuBackend());

  it("is known, and any other is refused", () => {
    expect(batch).toBe(4);
    expect(model.apply({}, device.ones([4, 3])).shape).toEqual([4, 3]);
    expect(() => model.apply({}, device.ones([5, 3]))).toThrow(/needs a batch \[4, 3\], got \[5, 3\]/);
  });

  it("is free where the nodes work with any", () => {
    expect(fromOnnx(fileOf({ nodes: [relu], input: [4, 3] })).batch).toBeUndefined();
  });

  it("and samples of another shape are refused as every layer does", () => {
    expect(() => model.apply({}, device.ones([4, 2]))).toThrow(NnError);
    expect(() => model.outputShape([2])).toThrow(NnError);
  });
});
