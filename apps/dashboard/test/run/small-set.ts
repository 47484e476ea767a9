import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What the small set holds of each part, and how large its images are. */
const smallSet = { train: 40, test: 8, rows: 6, columns: 5, classes: 4 } as const;

/** An IDX file of bytes, by the format's description. */
export function idx(shape: readonly number[], values: Uint8Array): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint32(0, 0x800 + shape.length);
  for (const [axis, size] of shape.entries()) header.setUint32(4 + 4 * axis, size);
  return new Uint8Array(Buffer.concat([new Uint8Array(header.buffer), values]));
}

/** A folder with a set whose image `i` is of class `i % classes`, with its place in the file in its first pixel. */
export function writeSmallSet(): string {
  const folder = mkdtempSync(join(tmpdir(), "gradwerk-set-"));
  const { train, test, rows, columns, classes } = smallSet;
  for (const [part, count] of [
    ["train", train],
    ["t10k", test],
  ] as const) {
    const pixels = new Uint8Array(count * rows * columns);
    for (let i = 0; i < count; i++) {
      pixels[i * rows * columns] = i;
      pixels[i * rows * columns + 1 + (i % classes)] = 255;
    }
    const labels = Uint8Array.from({ length: count }, (_, i) => i % classes);
    writeFileSync(join(folder, `${part}-images-idx3-ubyte`), idx([count, rows, columns], pixels));
    writeFileSync(join(folder, `${part}-labels-idx1-ubyte`), idx([count], labels));
  }
  return folder;
}
