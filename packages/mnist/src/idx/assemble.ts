import { MnistError } from "../errors.ts";
import { headerLength, type IdxHeader, MAGIC_BYTES, MAX_RANK, parseHeader } from "./header.ts";

/** A parsed IDX file: the element type, the size of each axis, and the elements in row-major order. */
export type IdxArray =
  | { readonly type: "uint8"; readonly shape: readonly number[]; readonly data: Uint8Array }
  | { readonly type: "int8"; readonly shape: readonly number[]; readonly data: Int8Array }
  | { readonly type: "int16"; readonly shape: readonly number[]; readonly data: Int16Array }
  | { readonly type: "int32"; readonly shape: readonly number[]; readonly data: Int32Array }
  | { readonly type: "float32"; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly type: "float64"; readonly shape: readonly number[]; readonly data: Float64Array };

/** What the assembler knows about the bytes it is going to get. */
export interface AssemblerOptions {
  /** Name for messages. */
  readonly file: string;
  /** The most bytes of data to allocate. */
  readonly maxBytes: number;
  /** Whether the bytes come out of a gzip stream. */
  readonly packed: boolean;
  /** An upper bound of the bytes that can still come, where it is known: a header beyond it is refused unread. */
  readonly available: number;
}

/** Puts an IDX file together from pieces of any length. Allocates once, after the header was checked. */
export class IdxAssembler {
  readonly #options: AssemblerOptions;
  readonly #head = new Uint8Array(MAGIC_BYTES + 4 * MAX_RANK);
  #headFilled = 0;
  /** Bytes to collect before the next look at the header. */
  #headWanted = MAGIC_BYTES;
  #header: IdxHeader | undefined;
  #data = new Uint8Array(0);
  #dataFilled = 0;

  constructor(options: AssemblerOptions) {
    this.#options = options;
  }

  push(chunk: Uint8Array): void {
    let rest = chunk;
    while (this.#header === undefined && rest.length > 0) {
      const piece = rest.subarray(0, this.#headWanted - this.#headFilled);
      this.#head.set(piece, this.#headFilled);
      this.#headFilled += piece.length;
      rest = rest.subarray(piece.length);
      if (this.#headFilled === this.#headWanted) this.#advanceHeader();
    }
    if (this.#header !== undefined) this.#fill(rest, this.#header);
  }

  /** Memory for the bytes that come next, to be filled from its beginning; undefined where the header is not known. */
  get room(): Uint8Array<ArrayBuffer> | undefined {
    return this.#header === undefined ? undefined : this.#data.subarray(this.#dataFilled);
  }

  /** Told how many bytes of {@link room} were filled. */
  filled(bytes: number): void {
    this.#dataFilled += bytes;
  }

  finish(): IdxArray {
    const { file } = this.#options;
    const header = this.#header;
    if (header === undefined) {
      throw new MnistError("idx-truncated", {
        problem: "the header is cut short",
        file,
        offset: this.#headFilled,
        expected: `a header of ${this.#headWanted} bytes${this.#headWanted === MAGIC_BYTES ? " or more" : ""}`,
        found: `the end after ${this.#headFilled}`,
        remedy: "The file is incomplete; get it again.",
      });
    }
    if (this.#dataFilled < header.dataBytes) {
      throw cutShort(
        file,
        header,
        `the end after ${header.headerBytes + this.#dataFilled}`,
        this.#dataFilled,
      );
    }
    return decode(header, this.#data.buffer);
  }

  #advanceHeader(): void {
    const { file, maxBytes, packed, available } = this.#options;
    const length = headerLength(this.#head, file);
    if (this.#headFilled < length) {
      this.#headWanted = length;
      return;
    }
    const header = parseHeader(this.#head, file, maxBytes);
    if (header.headerBytes + header.dataBytes > available) {
      const held = Math.max(0, available - header.headerBytes);
      const found = packed ? `gzip that cannot hold more than ${available}` : `the end after ${available}`;
      throw cutShort(file, header, found, held);
    }
    this.#data = allocate(file, header);
    this.#header = header;
  }

  #fill(chunk: Uint8Array, header: IdxHeader): void {
    const { file, packed } = this.#options;
    if (chunk.length > header.dataBytes - this.#dataFilled) {
      const end = header.headerBytes + header.dataBytes;
      throw new MnistError(packed ? "gzip-too-long" : "idx-trailing", {
        problem: packed ? "the gzip stream unpacks to more than the header says" : "bytes follow the data",
        file,
        offset: end,
        expected: `the end after ${end} bytes (${header.shape.join(" x ")} of ${header.type})`,
        found: "more bytes",
        remedy: "The file is damaged or was made wrongly; get it again.",
      });
    }
    this.#data.set(chunk, this.#dataFilled);
    this.#dataFilled += chunk.length;
  }
}

function allocate(file: string, { shape, type, dataBytes }: IdxHeader): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(dataBytes);
  } catch (cause) {
    throw new MnistError("idx-too-large", {
      problem: "no memory for the data",
      file,
      offset: MAGIC_BYTES,
      found: `${shape.join(" x ")} of ${type}, which is ${dataBytes} bytes`,
      remedy: "Free memory, or lower maxBytes to refuse such files.",
      cause,
    });
  }
}

function cutShort(file: string, header: IdxHeader, found: string, held: number): MnistError {
  return new MnistError("idx-truncated", {
    problem: "the data is cut short",
    file,
    offset: header.headerBytes + held,
    expected: `${header.headerBytes + header.dataBytes} bytes (${header.shape.join(" x ")} of ${header.type})`,
    found,
    remedy: "The file is incomplete; get it again.",
  });
}

/** Turns big-endian elements into this machine's, in place: each is read before it is written over. */
function decode({ type, shape }: IdxHeader, buffer: ArrayBuffer): IdxArray {
  const view = new DataView(buffer);
  switch (type) {
    case "uint8":
      return { type, shape, data: new Uint8Array(buffer) };
    case "int8":
      return { type, shape, data: new Int8Array(buffer) };
    case "int16": {
      const data = new Int16Array(buffer);
      for (let i = 0; i < data.length; i++) data[i] = view.getInt16(2 * i);
      return { type, shape, data };
    }
    case "int32": {
      const data = new Int32Array(buffer);
      for (let i = 0; i < data.length; i++) data[i] = view.getInt32(4 * i);
      return { type, shape, data };
    }
    case "float32": {
      const data = new Float32Array(buffer);
      for (let i = 0; i < data.length; i++) data[i] = view.getFloat32(4 * i);
      return { type, shape, data };
    }
    case "float64": {
      const data = new Float64Array(buffer);
      for (let i = 0; i < data.length; i++) data[i] = view.getFloat64(8 * i);
      return { type, shape, data };
    }
  }
}
