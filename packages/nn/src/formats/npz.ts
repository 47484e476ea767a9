import { inflateSync, zipSync } from "fflate";
import { NnError } from "../errors.ts";
import { crc32 } from "./crc32.ts";
import { decodeNpy, encodeNpy } from "./npy.ts";
import { quoted, refusal } from "./refusal.ts";
import type { DecodeOptions } from "./safetensors.ts";
import { checkStoredArray, type StoredArrays } from "./stored-array.ts";
import { readDirectory, type ZipEntry } from "./zip-directory.ts";

/** Deflate packs at most 258 bytes into two bits, so that a byte unpacks to at most 1032. */
const largestRatio = 1032;

/** How an npz file is read. */
export interface DecodeNpzOptions extends DecodeOptions {
  /** The most bytes that the arrays' files may have together, unpacked. Default: 1 GiB. */
  readonly maxBytes?: number;
}

/**
 * Reads an npz file, a zip file of npy files, as `numpy.savez` and `numpy.savez_compressed` write it. What it would unpack
 * to is known, and refused, before anything is unpacked; check sums are checked.
 *
 * @throws NnError as `decodeNpy`; `format-too-large` where the arrays would take more than `maxBytes`
 * @example
 * const { W0, B0 } = decodeNpz(bytes, { name: "weights.npz" });
 */
export function decodeNpz(
  bytes: Uint8Array,
  { name: file = "npz", maxBytes = 2 ** 30 }: DecodeNpzOptions = {},
): StoredArrays {
  const entries = readDirectory(bytes, file);
  let total = 0;
  for (const { name, size, packed, isDeflated, offset } of entries) {
    total += size;
    if (!name.endsWith(".npy")) {
      const problem = "a file in it is no array";
      throw refusal({ file, problem, offset, expected: "names that end on .npy", found: quoted(name) });
    }
    if (isDeflated ? size > packed.length * largestRatio : size !== packed.length) {
      const problem = `the size of ${quoted(name)} is wrong`;
      const most = isDeflated ? packed.length * largestRatio : packed.length;
      throw refusal({ file, problem, offset, expected: `at most ${most}`, found: `${size}` });
    }
    if (total > maxBytes) {
      throw refusal({
        code: "format-too-large",
        file,
        problem: `the arrays up to ${quoted(name)} are too large`,
        offset,
        expected: `at most ${maxBytes} bytes unpacked`,
        found: `${total}`,
        remedy: "Give a larger maxBytes if you trust the file.",
      });
    }
  }
  return Object.fromEntries(
    entries.map((entry) => [
      entry.name.slice(0, -".npy".length),
      decodeNpy(unpacked(entry, file), { name: `${file}/${entry.name}` }),
    ]),
  );
}

function unpacked({ name, isDeflated, packed, size, crc, offset }: ZipEntry, file: string): Uint8Array {
  const bytes = isDeflated ? inflated(packed, name, size, offset, file) : packed;
  const sum = crc32(bytes);
  if (bytes.length !== size || sum !== crc) {
    const problem = `the bytes of ${quoted(name)} are not those that were packed`;
    const expected = `${size} bytes with the CRC-32 ${crc}`;
    throw refusal({ file, problem, offset, expected, found: `${bytes.length} with ${sum}` });
  }
  return bytes;
}

// fflate fills what it is given and goes no further: the byte more shows that there was more.
function inflated(packed: Uint8Array, name: string, size: number, offset: number, file: string): Uint8Array {
  try {
    return inflateSync(packed, { out: new Uint8Array(size + 1) });
  } catch (cause) {
    const problem = `${quoted(name)} does not unpack`;
    throw refusal({ file, problem, offset, expected: "deflated bytes", found: String(cause), cause });
  }
}

/** How an npz file is written. */
export interface EncodeNpzOptions {
  /** Whether to deflate, as `numpy.savez_compressed` does. Default: false, as `numpy.savez`. */
  readonly compress?: boolean;
}

/**
 * Writes an npz file. The same arrays give the same bytes.
 *
 * @throws NnError `option` for arrays whose parts do not fit, or that are too large for a zip file
 * @example
 * const bytes = encodeNpz({ W0: { dtype: "float64", shape: [2, 1], values: Float64Array.of(1, 2) } });
 */
export function encodeNpz(
  arrays: StoredArrays,
  { compress = false }: EncodeNpzOptions = {},
): Uint8Array<ArrayBuffer> {
  let total = 0;
  for (const [name, array] of Object.entries(arrays)) {
    checkStoredArray("encodeNpz", name, array);
    total += array.values.byteLength;
  }
  if (total >= 2 ** 32 - 2 ** 24) {
    throw new NnError(
      "option",
      `encodeNpz: ${total} bytes are too many for a zip file of 4 GB. Use safetensors.`,
    );
  }
  const files = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, encodeNpy(array)] as const);
  // The date is the first that zip knows, so that it says nothing.
  return zipSync(Object.fromEntries(files), { level: compress ? 6 : 0, mtime: new Date(1980, 0, 1) });
}
