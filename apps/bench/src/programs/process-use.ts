import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** Memory that a process holds, in units of 10^6 bytes. */
export async function megabytesOf(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", `${pid}`]);
  return (1024 * Number(stdout)) / 1e6;
}

/** Ticks of the clock that Linux counts processor time in. */
const ticksPerSecond = 100;

/** Processor time that a process and its threads have used, in seconds; on Linux only. */
export async function cpuSeconds(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8");
  // Behind the name in parentheses: the 14th and the 15th of all fields.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
