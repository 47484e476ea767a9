import type { Attribute, AttributeValues, Extent, OnnxModel, OnnxNode } from "../../src/format/messages.ts";
import { type ElementType, emptyElements, type OnnxTensor } from "../../src/format/tensors.ts";
import { writeModel } from "../../src/format/write.ts";

/** A node: its operator, the names that it takes and makes, its attributes by type and name. */
export function node(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[] = ["y"],
  attributes: Attributes = {},
): OnnxNode {
  return { name: "", operator, domain: "", inputs, outputs, attributes: listed(attributes) };
}

/** `{ ints: { axes: [0] }, int: { keepdims: 1 } }` */
export type Attributes = {
  readonly [Type in keyof AttributeValues]?: Readonly<Record<string, AttributeValues[Type] | undefined>>;
};

function listed(attributes: Attributes): Attribute[] {
  return Object.entries(attributes).flatMap(([type, values]) =>
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [{ name, type, value } as Attribute],
    ),
  );
}

/** A constant with these numbers. */
export function tensor(
  name: string,
  elementType: ElementType,
  shape: readonly number[],
  numbers: readonly number[],
): OnnxTensor {
  const values = emptyElements(elementType, numbers.length);
  for (const [i, number] of numbers.entries()) {
    values[i] = values instanceof BigInt64Array ? BigInt(number) : number;
  }
  return { name, elementType, shape, values };
}

/** What a file of a test may differ in. */
export interface FileOptions {
  readonly nodes: readonly OnnxNode[];
  readonly initializers?: readonly OnnxTensor[];
  /** Default: `["batch", 3]`. */
  readonly input?: readonly Extent[];
  readonly inputType?: ElementType;
  readonly outputs?: readonly string[];
  readonly outputType?: ElementType;
  /** Default: 18. */
  readonly opset?: number;
  readonly metadata?: ReadonlyMap<string, string>;
  readonly producer?: string;
}

/** A file that takes `x` and gives `y`. */
export function modelOf(options: FileOptions): OnnxModel {
  const { nodes, initializers = [], input = ["batch", 3], opset = 18, outputs = ["y"] } = options;
  return {
    irVersion: 8,
    opsets: [{ domain: "", version: opset }],
    producer: options.producer ?? "a test",
    producerVersion: "",
    graph: {
      name: "test",
      nodes,
      initializers,
      inputs: [{ name: "x", elementType: options.inputType ?? "float32", shape: input }],
      outputs: outputs.map((name) => ({
        name,
        elementType: options.outputType ?? "float32",
        shape: undefined,
      })),
    },
    metadata: options.metadata ?? new Map(),
  };
}

/** Its bytes. */
export function fileOf(options: FileOptions): Uint8Array {
  return writeModel(modelOf(options));
}
