import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

const root = new URL("../../", import.meta.url);
const { packageManager } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));

/** Runs a command to its end and gives what it printed; an exit code other than 0 is an error. */
export function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/**
 * Packs workspace folders as they would be published.
 *
 * @returns the tarballs' file names in `destination`
 */
export function pack(folders: readonly string[], destination: string): readonly string[] {
  for (const folder of folders) {
    const cwd = fileURLToPath(new URL(folder, root));
    run("npx", ["-y", packageManager, "pack", "--pack-destination", destination], cwd);
  }
  const tarballs = readdirSync(destination).filter((file) => file.endsWith(".tgz"));
  expect(tarballs).toHaveLength(folders.length);
  return tarballs;
}
