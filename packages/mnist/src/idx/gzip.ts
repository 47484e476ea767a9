import { Gunzip } from "fflate";
import { MnistError } from "../errors.ts";
import { joined } from "./bytes.ts";
import { crc32 } from "./crc32.ts";

/** Deflate packs at most 258 bytes into two bits, so a byte unpacks to at most 1032. */
export const MAX_GZIP_RATIO = 1032;

/** Packed bytes unpacked at a time: a bomb gets at most this times {@link MAX_GZIP_RATIO} before it is seen. */
const SLICE_BYTES = 8192;

/** What a stream may take before it yields: gzip's header with its optional fields, and empty blocks. */
const SLACK_BYTES = 1 << 17;

/** CRC-32 and length of the unpacked bytes, little-endian, at the end of a gzip member. */
const TRAILER_BYTES = 8;

/** The header of a gzip member, pushed after the last byte: see {@link GzipUnpacker.finish}. */
const PROBE: Uint8Array = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);

/** `FlateErrorCode.InvalidHeader` of fflate, a const enum that erases. */
const INVALID_HEADER = 6;

/**
 * Unpacks one gzip member (RFC 1952) piece by piece and checks what fflate's streaming `Gunzip` does not: the
 * CRC-32, the length, that the stream is complete, and that nothing follows it.
 */
export class GzipUnpacker {
  readonly #file: string;
  readonly #gunzip: Gunzip;
  #packed = 0;
  #unpacked = 0;
  #crc = 0;
  /** Enough of the last packed bytes to hold the trailer and the three bytes that fflate takes without a look. */
  #tail: Uint8Array = new Uint8Array(0);
  #memberEnd: number | undefined;
  /** From here on fflate gets the probe; what it makes of it is no data. */
  #ended = false;

  /** @param onUnpacked - gets each piece of unpacked bytes; an error it throws ends the unpacking. */
  constructor(file: string, onUnpacked: (bytes: Uint8Array) => void) {
    this.#file = file;
    this.#gunzip = new Gunzip((bytes) => {
      if (this.#ended || bytes.length === 0) return;
      this.#unpacked += bytes.length;
      this.#crc = crc32(bytes, this.#crc);
      onUnpacked(bytes);
    });
    this.#gunzip.onmember = (offset) => {
      this.#memberEnd = offset;
      if (offset < this.#packed) throw this.#trailing(offset);
    };
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; at += SLICE_BYTES)
      this.#pushSlice(chunk.subarray(at, at + SLICE_BYTES));
  }

  /**
   * Checks the end of the stream. fflate does not say where the deflate data ended; so the header of another
   * member is pushed, and fflate reports the offset at which it found one: right after the last byte, or the
   * stream was cut short or was followed by something.
   */
  finish(): void {
    this.#ended = true;
    try {
      this.#gunzip.push(PROBE.slice());
    } catch (error) {
      if (error instanceof MnistError) throw error;
      const end = this.#endOfTrailer(this.#tail);
      throw end === undefined ? this.#cutShort(error) : this.#trailing(end);
    }
    if (this.#memberEnd === undefined) throw this.#cutShort();
    const trailer = this.#tail.slice(-TRAILER_BYTES);
    const [crc, length] = readTrailer(trailer);
    const offset = this.#packed - TRAILER_BYTES;
    if (crc !== this.#crc) {
      throw this.#corrupt("the CRC-32 does not match", offset, hex32(crc), hex32(this.#crc));
    }
    if (length !== this.#unpacked >>> 0) {
      const found = `${this.#unpacked >>> 0}`;
      throw this.#corrupt("the unpacked length does not match", offset + 4, `${length} bytes`, found);
    }
  }

  #pushSlice(slice: Uint8Array): void {
    const recent = joined(this.#tail, slice);
    this.#packed += slice.length;
    try {
      this.#gunzip.push(slice);
    } catch (error) {
      if (error instanceof MnistError) throw error;
      const end = isInvalidHeader(error) ? this.#endOfTrailer(recent) : undefined;
      if (end !== undefined) throw this.#trailing(end);
      const at = this.#packed - slice.length;
      throw this.#corrupt(
        `the gzip stream does not unpack (${String(error)})`,
        at,
        undefined,
        undefined,
        error,
      );
    }
    this.#tail = recent.slice(-(TRAILER_BYTES + 3));
    // Packing never makes data much longer; a stream that keeps coming and yields nothing is refused.
    if (this.#packed > SLACK_BYTES + 2 * this.#unpacked) {
      const found = `${this.#unpacked} bytes out of ${this.#packed}`;
      throw this.#corrupt("the gzip stream hardly yields anything", this.#packed, "data", found);
    }
  }

  /** Where the trailer that fits the unpacked bytes ends, if it stands in the last packed bytes. */
  #endOfTrailer(recent: Uint8Array): number | undefined {
    for (let at = 0; at + TRAILER_BYTES <= recent.length; at++) {
      const [crc, length] = readTrailer(recent.subarray(at, at + TRAILER_BYTES));
      if (crc === this.#crc && length === this.#unpacked >>> 0) {
        return this.#packed - recent.length + at + TRAILER_BYTES;
      }
    }
    return undefined;
  }

  #trailing(offset: number): MnistError {
    return new MnistError("gzip-trailing", {
      problem: "bytes follow the gzip member",
      file: this.#file,
      offset,
      expected: "the end of the file",
      found: "more bytes",
      remedy: "The file is damaged or was made wrongly; get it again.",
    });
  }

  #cutShort(cause?: unknown): MnistError {
    return new MnistError("gzip-truncated", {
      problem: "the gzip stream is cut short",
      file: this.#file,
      offset: this.#packed,
      expected: "the rest of the stream and its trailer",
      found: `the end after ${this.#packed} bytes`,
      remedy: "The file is incomplete; get it again.",
      cause,
    });
  }

  #corrupt(problem: string, offset: number, expected?: string, found?: string, cause?: unknown): MnistError {
    const remedy = "The file is damaged; get it again.";
    return new MnistError("gzip-corrupt", {
      problem,
      file: this.#file,
      offset,
      expected,
      found,
      remedy,
      cause,
    });
  }
}

function readTrailer(bytes: Uint8Array): readonly [crc: number, length: number] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, TRAILER_BYTES);
  return [view.getUint32(0, true), view.getUint32(4, true)];
}

function isInvalidHeader(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === INVALID_HEADER;
}

function hex32(value: number): string {
  return value.toString(16).padStart(8, "0");
}
