import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { OnnxError } from "../errors.ts";
import { limits } from "./limits.ts";

/** What to do with the value of a field, by the field's number. */
export type Fields = { readonly [field: number]: (wire: WireType) => void };

/**
 * Reads the fields of nested messages. Everything is checked against the bytes that are there before it is taken, and
 * what is refused is an {@link OnnxError} that says where in the file it stands.
 */
export class WireReader {
  readonly #reader: BinaryReader;
  readonly #end: number;
  #items = 0;

  constructor(bytes: Uint8Array) {
    this.#reader = new BinaryReader(bytes);
    this.#end = bytes.length;
  }

  /** Reads the message that is the whole file. */
  file(what: string, fields: Fields): void {
    this.#fields(what, this.#end, fields);
  }

  /** Reads a message within another one. */
  message(what: string, wire: WireType, fields: Fields): void {
    this.#expect(what, wire, WireType.LengthDelimited);
    this.#fields(what, this.#lengthPrefixed(what), fields);
  }

  string(what: string, wire: WireType): string {
    this.#expect(what, wire, WireType.LengthDelimited);
    return this.#take(what, () => this.#reader.string(true));
  }

  /** A view of the file's bytes. */
  bytes(what: string, wire: WireType): Uint8Array {
    this.#expect(what, wire, WireType.LengthDelimited);
    return this.#take(what, () => this.#reader.bytes());
  }

  float(what: string, wire: WireType): number {
    this.#expect(what, wire, WireType.Bit32);
    return this.#take(what, () => this.#reader.float());
  }

  /** A whole number. Those beyond 2^53, which nothing but an open end is, become the nearest that a number holds. */
  int(what: string, wire: WireType): number {
    this.#expect(what, wire, WireType.Varint);
    return this.#take(what, () => Number(this.#reader.int64()));
  }

  ints(what: string, wire: WireType, into: number[]): void {
    this.#repeated(what, wire, WireType.Varint, () => into.push(this.int(what, WireType.Varint)));
  }

  floats(what: string, wire: WireType, into: number[]): void {
    this.#repeated(what, wire, WireType.Bit32, () => into.push(this.float(what, WireType.Bit32)));
  }

  /** The bytes of a run of numbers, or of one, not decoded yet. */
  encoded(what: string, wire: WireType, single: WireType): Uint8Array {
    if (wire === single) return this.#take(what, () => this.#reader.skip(wire));
    return this.bytes(what, wire);
  }

  #fields(what: string, end: number, fields: Fields): void {
    while (this.#reader.pos < end) {
      const [field, wire] = this.#take(what, () => this.#reader.tag());
      if (wire === WireType.StartGroup || wire === WireType.EndGroup) {
        throw new OnnxError("malformed", `${this.#place(what)}: a group, which ONNX has nowhere.`);
      }
      const read = Object.hasOwn(fields, field) ? fields[field] : undefined;
      if (read === undefined) this.#take(what, () => this.#reader.skip(wire));
      else read(wire);
    }
    if (this.#reader.pos !== end) {
      throw new OnnxError(
        "malformed",
        `${this.#place(what)}: a value reaches beyond the message that holds it.`,
      );
    }
  }

  #repeated(what: string, wire: WireType, single: WireType, read: () => void): void {
    if (wire === single) {
      read();
      return;
    }
    this.#expect(what, wire, WireType.LengthDelimited);
    const end = this.#lengthPrefixed(what);
    while (this.#reader.pos < end) read();
    if (this.#reader.pos !== end) {
      throw new OnnxError("malformed", `${this.#place(what)}: the last number reaches beyond its list.`);
    }
  }

  #lengthPrefixed(what: string): number {
    const length = this.#take(what, () => this.#reader.uint32());
    const left = this.#end - this.#reader.pos;
    if (length > left) {
      throw new OnnxError(
        "truncated",
        `${this.#place(what)}: ${length} bytes are announced, ${left} are left in the file. Fetch the file again.`,
      );
    }
    return this.#reader.pos + length;
  }

  #expect(what: string, wire: WireType, expected: WireType): void {
    if (wire !== expected) {
      throw new OnnxError(
        "malformed",
        `${this.#place(what)}: expected wire type ${expected}, found ${wire}. Is this an ONNX file?`,
      );
    }
  }

  #take<Value>(what: string, read: () => Value): Value {
    if (++this.#items > limits.items) {
      throw new OnnxError(
        "limit",
        `${this.#place(what)}: more than ${limits.items} values outside of tensors. Such a model is not accepted.`,
      );
    }
    const start = this.#reader.pos;
    try {
      return read();
    } catch (error) {
      // The library throws a RangeError where bytes end.
      const code = error instanceof RangeError ? "truncated" : "malformed";
      const message = error instanceof Error ? error.message : String(error);
      throw new OnnxError(code, `byte ${start}, ${what}: ${message}. Is this a complete ONNX file?`, {
        cause: error,
      });
    }
  }

  #place(what: string): string {
    return `byte ${this.#reader.pos}, ${what}`;
  }
}
