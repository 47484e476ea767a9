import { type IdxArray, IdxAssembler } from "./assemble.ts";
import { MAX_GZIP_RATIO } from "./gzip.ts";
import { Unpacker } from "./unpack.ts";

/** The default of `maxBytes`: 1 GiB of unpacked data, which is twenty times MNIST's largest file. */
export const DEFAULT_MAX_BYTES: number = 2 ** 30;

/** How to read an IDX file. */
export interface IdxOptions {
  /** The file's name or path, for messages. Default: `"IDX data"`. */
  readonly name?: string | undefined;
  /**
   * The most bytes of unpacked data to allocate; a header that asks for more is refused before any memory is
   * taken. Default: {@link DEFAULT_MAX_BYTES}.
   */
  readonly maxBytes?: number | undefined;
}

/** How to read an IDX file that arrives in pieces. */
export interface IdxStreamOptions extends IdxOptions {
  /** Gets each piece of the unpacked file, header included, for example to hash it. */
  readonly onUnpacked?: ((bytes: Uint8Array) => void) | undefined;
}

/** Pieces of a file: a Node stream, a `fetch` body, an async generator. */
export type ByteChunks = AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

/**
 * Parses a whole IDX file, plain or packed with gzip (told by its first two bytes).
 *
 * @returns the element type, the shape and the elements in row-major order, in memory of their own.
 * @throws {@link MnistError} for anything but a complete, exact file: codes `idx-*` and `gzip-*`.
 *
 * Source: the description of the format on Yann LeCun's MNIST page, http://yann.lecun.com/exdb/mnist/.
 *
 * @example
 * ```ts
 * import { parseIdx } from "@gradwerk/mnist/idx";
 *
 * const file = Uint8Array.of(0, 0, 0x08, 1, 0, 0, 0, 3, 5, 0, 4); // three labels
 * const { type, shape, data } = parseIdx(file); // "uint8", [3], Uint8Array [5, 0, 4]
 * ```
 */
export function parseIdx(bytes: Uint8Array, options: IdxOptions = {}): IdxArray {
  const reader = new IdxReader(options, bytes.length);
  reader.push(bytes);
  return reader.finish();
}

/**
 * Reads an IDX file that arrives in pieces, plain or packed with gzip, and holds no more of it than the result:
 * memory is taken once, when the header is known. A refusal ends the source.
 *
 * @throws {@link MnistError} as {@link parseIdx}; errors of the source pass through.
 *
 * @example
 * ```ts
 * import { readIdx } from "@gradwerk/mnist/idx";
 *
 * const response = await fetch("train-images-idx3-ubyte.gz");
 * if (response.body) console.log((await readIdx(response.body)).shape); // [60000, 28, 28]
 * ```
 */
export async function readIdx(chunks: ByteChunks, options: IdxStreamOptions = {}): Promise<IdxArray> {
  const reader = new IdxReader(options, Number.POSITIVE_INFINITY);
  for await (const chunk of iterate(chunks)) reader.push(chunk);
  return reader.finish();
}

/** Reads the next bytes of a file to the beginning of some memory, and says how many; 0 at the file's end. */
export type ReadBytes = (target: Uint8Array<ArrayBuffer>) => Promise<number>;

/** Bytes that are read before it is known whether they have to be unpacked, and of what has to be. */
const pieceBytes = 1 << 18;
/** Bytes of a plain file that are read in one go: the next ones come while these are hashed. */
const roomBytes = 1 << 22;

/**
 * Reads an IDX file from where it can be read to any memory: a plain one goes straight to where it stays.
 *
 * @throws {@link MnistError} as {@link parseIdx}; errors of the source pass through.
 */
export async function readIdxTo(read: ReadBytes, options: IdxStreamOptions = {}): Promise<IdxArray> {
  const reader = new IdxReader(options, Number.POSITIVE_INFINITY);
  let isRoom = false;
  let target = new Uint8Array(pieceBytes);
  let reading = read(target);
  for (let bytes = await reading; bytes > 0; bytes = await reading) {
    const piece = target.subarray(0, bytes);
    const wasRoom = isRoom;
    if (wasRoom) reader.filled(bytes);
    else reader.push(piece);
    const room = reader.room.subarray(0, roomBytes);
    isRoom = room.length > 0;
    target = isRoom ? room : new Uint8Array(pieceBytes);
    reading = read(target);
    if (wasRoom) options.onUnpacked?.(piece);
  }
  return reader.finish();
}

/** The way of the bytes: unpacked where they are packed, then assembled. */
class IdxReader {
  readonly #unpacker: Unpacker;
  readonly #newAssembler: (packed: boolean) => IdxAssembler;
  #assembler: IdxAssembler | undefined;
  #isPlain = false;

  /** @param totalBytes - the length of the file as it comes, infinite where it is unknown. */
  constructor(options: IdxStreamOptions, totalBytes: number) {
    const { name: file = "IDX data", maxBytes = DEFAULT_MAX_BYTES, onUnpacked } = options;
    this.#newAssembler = (packed) => {
      const available = packed ? totalBytes * MAX_GZIP_RATIO : totalBytes;
      return new IdxAssembler({ file, maxBytes, packed, available });
    };
    this.#unpacker = new Unpacker(file, (bytes, packed) => {
      onUnpacked?.(bytes);
      this.#isPlain = !packed;
      this.#assembler ??= this.#newAssembler(packed);
      this.#assembler.push(bytes);
    });
  }

  push(chunk: Uint8Array): void {
    this.#unpacker.push(chunk);
  }

  /** Where the next bytes of a plain file can be read to at once; empty where they have to be pushed. */
  get room(): Uint8Array<ArrayBuffer> {
    return (this.#isPlain ? this.#assembler?.room : undefined) ?? new Uint8Array(0);
  }

  /** Told how many bytes of {@link room} were filled. */
  filled(bytes: number): void {
    this.#assembler?.filled(bytes);
  }

  finish(): IdxArray {
    this.#unpacker.finish();
    return (this.#assembler ?? this.#newAssembler(false)).finish();
  }
}

/** Safari's streams are not iterable; a reader works everywhere. */
function iterate(chunks: ByteChunks): AsyncIterable<Uint8Array> {
  return Symbol.asyncIterator in chunks ? chunks : iterateStream(chunks);
}

async function* iterateStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}
