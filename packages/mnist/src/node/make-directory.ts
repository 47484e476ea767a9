import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a folder and the folders above it that are missing. Node's `mkdir` with `recursive` would do, but it never
 * returns where a parent exists and yet refuses with ENOENT, as `/proc` does.
 *
 * @returns the folders that were made, the innermost first.
 * @throws the error of the file system for the folder that could not be made.
 */
export async function makeDirectory(path: string): Promise<string[]> {
  try {
    await mkdir(path);
    return [path];
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST") return [];
    if (code !== "ENOENT" || dirname(path) === path) throw error;
    const above = await makeDirectory(dirname(path));
    // Another process may have been quicker; that the folder is still missing is final.
    await mkdir(path).catch((second: NodeJS.ErrnoException) => {
      if (second.code !== "EEXIST") throw second;
    });
    return [path, ...above];
  }
}
