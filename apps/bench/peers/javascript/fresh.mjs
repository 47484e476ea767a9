import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Runs a program in a process of its own, in the folder from which it imports; it prints a value and a proof. */
export async function fresh(program, folder) {
  const args = ["--input-type=module", "--eval", program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });
  return JSON.parse(stdout.trim().split("\n").at(-1));
}
