import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a folder and those above it that are missing, one by one: Node's `recursive` never returns where a parent exists
 * and yet refuses with ENOENT, as `/proc` does.
 */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST") return;
    if (code !== "ENOENT" || dirname(path) === path) throw error;
    await makeDirectory(dirname(path));
    // Another process may have been quicker; that the folder is still missing is final.
    await mkdir(path).catch((second: NodeJS.ErrnoException) => {
      if (second.code !== "EEXIST") throw second;
    });
  }
}
