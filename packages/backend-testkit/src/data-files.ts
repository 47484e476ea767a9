import { readFile } from "node:fs/promises";

/** The text of a file in this package's folder `data`, beside `src` and `dist`. */
export function readDataFile(name: string): Promise<string> {
  return readFile(new URL(`../data/${name}`, import.meta.url), "utf8");
}
