import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import asc from "assemblyscript/asc";

/**
 * Compiles an AssemblyScript file to a module that imports its memory from `env`.
 *
 * @param {URL} file
 * @param {readonly string[]} memoryFlags such as `--sharedMemory`
 */
export async function compile(file, memoryFlags) {
  const name = basename(file.pathname);
  const source = await readFile(file, "utf8");
  let binary;
  const flags = ["-O3", "--noAssert", "--uncheckedBehavior", "always", "--runtime", "stub", "--importMemory"];
  const { error, stderr } = await asc.main(
    [
      name,
      "--outFile",
      "kernels.wasm",
      ...flags,
      ...memoryFlags,
      "--enable",
      "relaxed-simd",
      "--enable",
      "threads",
    ],
    {
      readFile: (path) => (path === name ? source : null),
      writeFile: (path, contents) => {
        if (path === "kernels.wasm") binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error !== null) throw new Error(`${name} does not compile: ${stderr.toString()}`);
  return WebAssembly.compile(binary);
}
