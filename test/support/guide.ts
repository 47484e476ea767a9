import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The file that a block of the guide belongs to: its first line is `// src/kernels/matmul.ts`. */
export function fileOf(code: string): string | undefined {
  return /^\/\/ ((?:[\w-]+\/)*[\w.-]+\.(?:ts|mjs))\n/.exec(code)?.[1];
}

/** Does what a block says to the backend in `folder`: `src/backend.ts` gets additions, other files are written. */
export function applyBlock(folder: string, code: string): void {
  const path = fileOf(code);
  if (path === undefined) throw new Error(`the block names no file: ${code}`);
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  const adds = path === "src/backend.ts" && existsSync(file);
  writeFileSync(file, adds ? addedTo(readFileSync(file, "utf8"), code) : code);
}

/** Puts imports above a source, and the rest of `code` among the members of its class. */
function addedTo(source: string, code: string): string {
  const imports = code.match(/^import .*\n/gm) ?? [];
  const members = code.replace(/^import .*\n/gm, "").trim();
  return `${imports.join("")}${source.replace("  readonly #live", `  ${members}\n\n  readonly #live`)}`;
}
