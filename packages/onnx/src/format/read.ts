import type { WireType } from "@bufbuild/protobuf/wire";
import { OnnxError } from "../errors.ts";
import { limits } from "./limits.ts";
import type {
  Attribute,
  Extent,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OperatorSet,
  ValueInfo,
} from "./messages.ts";
import { readTensor } from "./read-tensor.ts";
import { type ElementType, elementTypeOf, type OnnxTensor } from "./tensors.ts";
import { WireReader } from "./wire.ts";

/**
 * Reads the bytes of an ONNX file. Nesting is that of the format (model, graph, node, attribute, tensor), graphs within
 * nodes are not entered, and nothing larger than the file is made.
 *
 * @throws OnnxError `truncated`, `malformed`, `limit`, `tensor-data`, `external-data`, `data-type`
 */
export function readModel(bytes: Uint8Array): OnnxModel {
  const reader = new WireReader(bytes);
  const opsets: OperatorSet[] = [];
  const metadata = new Map<string, string>();
  const texts = { producer: "", producerVersion: "" };
  let irVersion = 0;
  let graph: OnnxGraph | undefined;
  reader.file("the model", {
    1: (wire) => {
      irVersion = reader.int("ir_version", wire);
    },
    2: (wire) => {
      texts.producer = reader.string("producer_name", wire);
    },
    3: (wire) => {
      texts.producerVersion = reader.string("producer_version", wire);
    },
    7: (wire) => {
      if (graph !== undefined) throw new OnnxError("malformed", "the model: has more than one graph.");
      graph = readGraph(reader, wire);
    },
    8: (wire) => {
      opsets.push(readOperatorSet(reader, wire));
    },
    14: (wire) => {
      const { key, value } = readEntry(reader, wire);
      metadata.set(key, value);
    },
    25: () => {
      throw new OnnxError(
        "operator",
        "the model: has functions of its own. Export it with its functions inlined.",
      );
    },
  });
  if (graph === undefined) {
    throw new OnnxError(
      "malformed",
      `the model: has no graph in ${bytes.length} bytes. Is this an ONNX file?`,
    );
  }
  return { irVersion, opsets, ...texts, graph, metadata };
}

function readOperatorSet(reader: WireReader, wire: WireType): OperatorSet {
  let domain = "";
  let version = 0;
  reader.message("an operator set", wire, {
    1: (w) => {
      domain = reader.string("an operator set's domain", w);
    },
    2: (w) => {
      version = reader.int("an operator set's version", w);
    },
  });
  return { domain, version };
}

function readEntry(reader: WireReader, wire: WireType): { key: string; value: string } {
  const entry = { key: "", value: "" };
  reader.message("metadata", wire, {
    1: (w) => {
      entry.key = reader.string("a key of metadata", w);
    },
    2: (w) => {
      entry.value = reader.string("a value of metadata", w);
    },
  });
  return entry;
}

function readGraph(reader: WireReader, wire: WireType): OnnxGraph {
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  const inputs: ValueInfo[] = [];
  const outputs: ValueInfo[] = [];
  let name = "";
  reader.message("the graph", wire, {
    1: (w) => {
      if (nodes.length === limits.nodes) {
        throw new OnnxError(
          "limit",
          `the graph: has more than ${limits.nodes} nodes. Such a model is not accepted.`,
        );
      }
      nodes.push(readNode(reader, w));
    },
    2: (w) => {
      name = reader.string("the graph's name", w);
    },
    5: (w) => {
      initializers.push(readTensor(reader, w));
    },
    11: (w) => {
      inputs.push(readValueInfo(reader, w));
    },
    12: (w) => {
      outputs.push(readValueInfo(reader, w));
    },
    15: () => {
      throw new OnnxError(
        "data-type",
        "the graph: has sparse initializers. Export the model with dense ones.",
      );
    },
  });
  return { name, nodes, initializers, inputs, outputs };
}

function readNode(reader: WireReader, wire: WireType): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: Attribute[] = [];
  const texts = { name: "", operator: "", domain: "" };
  reader.message("a node", wire, {
    1: (w) => {
      inputs.push(reader.string("a node's input", w));
    },
    2: (w) => {
      outputs.push(reader.string("a node's output", w));
    },
    3: (w) => {
      texts.name = reader.string("a node's name", w);
    },
    4: (w) => {
      texts.operator = reader.string("a node's op_type", w);
    },
    5: (w) => {
      attributes.push(readAttribute(reader, w));
    },
    7: (w) => {
      texts.domain = reader.string("a node's domain", w);
    },
  });
  return { ...texts, inputs, outputs, attributes };
}

/** The kinds of attributes by their numbers; those that no supported operator has only for messages. */
const attributeTypes = [
  "UNDEFINED",
  "float",
  "int",
  "string",
  "tensor",
  "GRAPH",
  "floats",
  "ints",
  "strings",
  "TENSORS",
  "GRAPHS",
  "SPARSE_TENSOR",
  "SPARSE_TENSORS",
  "TYPE_PROTO",
  "TYPE_PROTOS",
] as const;

function readAttribute(reader: WireReader, wire: WireType): Attribute {
  let name = "";
  let type = 0;
  let tensor: OnnxTensor | undefined;
  const scalars = { float: 0, int: 0, string: "" };
  const lists: { floats: number[]; ints: number[]; strings: string[] } = {
    floats: [],
    ints: [],
    strings: [],
  };
  reader.message("an attribute", wire, {
    1: (w) => {
      name = reader.string("an attribute's name", w);
    },
    2: (w) => {
      scalars.float = reader.float("an attribute's float", w);
    },
    3: (w) => {
      scalars.int = reader.int("an attribute's int", w);
    },
    4: (w) => {
      scalars.string = reader.string("an attribute's string", w);
    },
    5: (w) => {
      tensor = readTensor(reader, w);
    },
    7: (w) => reader.floats("an attribute's floats", w, lists.floats),
    8: (w) => reader.ints("an attribute's ints", w, lists.ints),
    9: (w) => {
      lists.strings.push(reader.string("an attribute's strings", w));
    },
    20: (w) => {
      type = reader.int("an attribute's type", w);
    },
  });
  const kind = attributeTypes[type];
  switch (kind) {
    case "float":
    case "int":
      return { name, type: kind, value: scalars[kind] };
    case "string":
      return { name, type: kind, value: scalars[kind] };
    case "floats":
    case "ints":
      return { name, type: kind, value: lists[kind] };
    case "strings":
      return { name, type: kind, value: lists[kind] };
    case "tensor":
      if (tensor !== undefined) return { name, type: kind, value: tensor };
      throw new OnnxError(
        "malformed",
        `attribute ${JSON.stringify(name)}: is said to be a tensor, and there is none.`,
      );
    case undefined:
      throw new OnnxError("malformed", `attribute ${JSON.stringify(name)}: there is no type ${type}.`);
    default:
      return { name, type: "other", value: kind };
  }
}

function readValueInfo(reader: WireReader, wire: WireType): ValueInfo {
  let name = "";
  let elementNumber: number | undefined;
  let shape: Extent[] | undefined;
  reader.message("a value", wire, {
    1: (w) => {
      name = reader.string("a value's name", w);
    },
    2: (w) =>
      reader.message("a value's type", w, {
        1: (tensor) =>
          reader.message("a tensor type", tensor, {
            1: (element) => {
              elementNumber = reader.int("a tensor type's elem_type", element);
            },
            2: (shapeWire) => {
              shape = readShape(reader, shapeWire);
            },
          }),
      }),
  });
  const where = `value ${JSON.stringify(name)}`;
  if (elementNumber === undefined) {
    throw new OnnxError("data-type", `${where}: is not said to be a tensor, and nothing else is supported.`);
  }
  const elementType: ElementType = elementTypeOf(elementNumber, where);
  return { name, elementType, shape };
}

function readShape(reader: WireReader, wire: WireType): Extent[] {
  const shape: Extent[] = [];
  reader.message("a shape", wire, {
    1: (w) => {
      let extent: Extent;
      reader.message("an extent", w, {
        1: (value) => {
          extent = reader.int("an extent", value);
        },
        2: (value) => {
          extent = reader.string("an extent's name", value);
        },
      });
      shape.push(extent);
    },
  });
  return shape;
}
