import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Attribute, OnnxGraph, OnnxModel, OnnxNode, ValueInfo } from "./messages.ts";
import { bytesOf, numberOf, type OnnxTensor } from "./tensors.ts";

/** The bytes of an ONNX file. The same model gives the same bytes. */
export function writeModel(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  int(writer, 1, model.irVersion);
  text(writer, 2, model.producer);
  text(writer, 3, model.producerVersion);
  message(writer, 7, () => writeGraph(writer, model.graph));
  for (const { domain, version } of model.opsets) {
    message(writer, 8, () => {
      text(writer, 1, domain);
      int(writer, 2, version);
    });
  }
  for (const [key, value] of model.metadata) {
    message(writer, 14, () => {
      text(writer, 1, key);
      text(writer, 2, value);
    });
  }
  return writer.finish();
}

function writeGraph(writer: BinaryWriter, graph: OnnxGraph): void {
  for (const node of graph.nodes) message(writer, 1, () => writeNode(writer, node));
  text(writer, 2, graph.name);
  for (const tensor of graph.initializers) message(writer, 5, () => writeTensor(writer, tensor));
  for (const input of graph.inputs) message(writer, 11, () => writeValueInfo(writer, input));
  for (const output of graph.outputs) message(writer, 12, () => writeValueInfo(writer, output));
}

function writeNode(writer: BinaryWriter, node: OnnxNode): void {
  // An empty name is an input left out, and has to be written.
  for (const input of node.inputs) writer.tag(1, WireType.LengthDelimited).string(input);
  for (const output of node.outputs) writer.tag(2, WireType.LengthDelimited).string(output);
  text(writer, 3, node.name);
  text(writer, 4, node.operator);
  for (const attribute of node.attributes) message(writer, 5, () => writeAttribute(writer, attribute));
  text(writer, 7, node.domain);
}

const attributeNumbers = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7, strings: 8, other: 0 };

function writeAttribute(writer: BinaryWriter, attribute: Attribute): void {
  text(writer, 1, attribute.name);
  switch (attribute.type) {
    case "float":
      writer.tag(2, WireType.Bit32).float(attribute.value);
      break;
    case "int":
      writer.tag(3, WireType.Varint).int64(attribute.value);
      break;
    case "string":
      writer.tag(4, WireType.LengthDelimited).string(attribute.value);
      break;
    case "tensor":
      message(writer, 5, () => writeTensor(writer, attribute.value));
      break;
    case "floats":
      for (const value of attribute.value) writer.tag(7, WireType.Bit32).float(value);
      break;
    case "ints":
      for (const value of attribute.value) writer.tag(8, WireType.Varint).int64(value);
      break;
    case "strings":
      for (const value of attribute.value) writer.tag(9, WireType.LengthDelimited).string(value);
      break;
  }
  int(writer, 20, attributeNumbers[attribute.type]);
}

function writeTensor(writer: BinaryWriter, { name, elementType, shape, values }: OnnxTensor): void {
  for (const extent of shape) writer.tag(1, WireType.Varint).int64(extent);
  int(writer, 2, numberOf(elementType));
  text(writer, 8, name);
  writer.tag(9, WireType.LengthDelimited).bytes(bytesOf(values));
}

function writeValueInfo(writer: BinaryWriter, { name, elementType, shape }: ValueInfo): void {
  text(writer, 1, name);
  message(writer, 2, () =>
    message(writer, 1, () => {
      int(writer, 1, numberOf(elementType));
      if (shape === undefined) return;
      message(writer, 2, () => {
        for (const extent of shape) {
          message(writer, 1, () => {
            if (typeof extent === "number") writer.tag(1, WireType.Varint).int64(extent);
            if (typeof extent === "string") text(writer, 2, extent);
          });
        }
      });
    }),
  );
}

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

// Fields with their default value are left out, as everywhere in proto3.
function int(writer: BinaryWriter, field: number, value: number): void {
  if (value !== 0) writer.tag(field, WireType.Varint).int64(value);
}

function text(writer: BinaryWriter, field: number, value: string): void {
  if (value !== "") writer.tag(field, WireType.LengthDelimited).string(value);
}
