import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { OnnxError } from "../errors.ts";
import { limits } from "./limits.ts";
import {
  bytesPerElement,
  type Elements,
  type ElementType,
  elementsOf,
  elementTypeOf,
  emptyElements,
  type OnnxTensor,
} from "./tensors.ts";
import type { WireReader } from "./wire.ts";

/** The fields that hold a tensor's values one by one, instead of as raw bytes. */
const fieldOf: { readonly [Type in ElementType]: number } = {
  float32: 4,
  uint8: 5,
  int8: 5,
  int32: 5,
  bool: 5,
  int64: 7,
  float64: 10,
};

/** Reads a TensorProto. Its values are copied once their number is known to be right. */
export function readTensor(reader: WireReader, wire: WireType): OnnxTensor {
  const shape: number[] = [];
  const typed = new Map<number, Uint8Array[]>();
  let name = "";
  let dataType = 0;
  let raw: Uint8Array | undefined;
  let external = false;
  const collect =
    (field: number, single: WireType) =>
    (fieldWire: WireType): void => {
      const list = typed.get(field) ?? [];
      typed.set(field, list);
      list.push(reader.encoded("values of a tensor", fieldWire, single));
    };
  reader.message("a tensor", wire, {
    1: (w) => reader.ints("a tensor's dims", w, shape),
    2: (w) => {
      dataType = reader.int("a tensor's data_type", w);
    },
    4: collect(4, WireType.Bit32),
    5: collect(5, WireType.Varint),
    7: collect(7, WireType.Varint),
    8: (w) => {
      name = reader.string("a tensor's name", w);
    },
    9: (w) => {
      raw = reader.bytes("a tensor's raw_data", w);
    },
    10: collect(10, WireType.Bit64),
    13: (w) => {
      reader.bytes("a tensor's external_data", w);
      external = true;
    },
    14: (w) => {
      if (reader.int("a tensor's data_location", w) !== 0) external = true;
    },
  });
  const where = `tensor ${JSON.stringify(name)}`;
  if (external) {
    throw new OnnxError(
      "external-data",
      `${where}: its values lie in another file. Save the model as one file (save_as_external_data=False).`,
    );
  }
  const elementType = elementTypeOf(dataType, where);
  const count = countOf(shape, where);
  return { name, elementType, shape, values: valuesOf(where, elementType, count, raw, typed) };
}

/** The number of elements that a shape of a file asks for. */
export function countOf(shape: readonly number[], where: string): number {
  if (shape.length > limits.axes) {
    throw new OnnxError("limit", `${where}: ${shape.length} axes; at most ${limits.axes} are accepted.`);
  }
  let count = 1;
  for (const extent of shape) {
    if (!Number.isSafeInteger(extent) || extent < 0) {
      throw new OnnxError(
        "tensor-data",
        `${where}: [${shape.join(", ")}] is no shape. Extents are 0 or more.`,
      );
    }
    count *= extent;
    if (count > limits.elements) {
      throw new OnnxError(
        "limit",
        `${where}: [${shape.join(", ")}] has more than ${limits.elements} elements.`,
      );
    }
  }
  return count;
}

function valuesOf(
  where: string,
  type: ElementType,
  count: number,
  raw: Uint8Array | undefined,
  typed: ReadonlyMap<number, readonly Uint8Array[]>,
): Elements {
  const filled = [...typed].filter(([, list]) => list.some((bytes) => bytes.length > 0));
  const isRaw = raw !== undefined && raw.length > 0;
  if (filled.length + (isRaw ? 1 : 0) > 1) {
    throw new OnnxError("tensor-data", `${where}: has values in more than one place.`);
  }
  if (isRaw) {
    const size = bytesPerElement(type);
    if (raw.length !== count * size) throw wrongCount(where, type, count, `${raw.length} bytes`);
    return checkBool(where, type, elementsOf(type, raw));
  }
  const [field, list] = filled[0] ?? [fieldOf[type], []];
  if (field !== fieldOf[type]) {
    throw new OnnxError("tensor-data", `${where}: is of ${type}, but its values stand in field ${field}.`);
  }
  const bytes = joined(list);
  if (type === "float32" || type === "float64") {
    if (bytes.length !== count * bytesPerElement(type)) {
      throw wrongCount(where, type, count, `${bytes.length} bytes`);
    }
    return elementsOf(type, bytes);
  }
  return checkBool(where, type, varints(where, type, count, bytes));
}

// A number takes at least one byte, so that the array is no larger than eight times the file.
function varints(where: string, type: ElementType, count: number, bytes: Uint8Array): Elements {
  if (count > bytes.length) throw wrongCount(where, type, count, `at most ${bytes.length} values`);
  const reader = new BinaryReader(bytes);
  const values = emptyElements(type, count);
  try {
    for (let i = 0; i < count; i++) {
      const value = BigInt(reader.int64());
      values[i] = values instanceof BigInt64Array ? value : Number(value);
      if (BigInt(values[i]) !== value) {
        throw new OnnxError("tensor-data", `${where}: ${type} does not hold ${value}.`);
      }
    }
  } catch (error) {
    if (error instanceof OnnxError) throw error;
    throw new OnnxError("tensor-data", `${where}: a number is cut off.`, { cause: error });
  }
  if (reader.pos !== bytes.length) throw wrongCount(where, type, count, "more values");
  return values;
}

function joined(list: readonly Uint8Array[]): Uint8Array {
  if (list.length === 1) return list[0];
  const all = new Uint8Array(list.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const bytes of list) {
    all.set(bytes, at);
    at += bytes.length;
  }
  return all;
}

function checkBool(where: string, type: ElementType, values: Elements): Elements {
  if (type === "bool" && (values as Uint8Array).some((value) => value > 1)) {
    throw new OnnxError("tensor-data", `${where}: a bool is 0 or 1.`);
  }
  return values;
}

function wrongCount(where: string, type: ElementType, count: number, found: string): OnnxError {
  return new OnnxError(
    "tensor-data",
    `${where}: its shape asks for ${count} values of ${type}, found ${found}.`,
  );
}
