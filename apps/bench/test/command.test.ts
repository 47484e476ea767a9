import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { parseRows } from "../src/results/row.ts";

const cli = fileURLToPath(new URL("../src/cli.ts", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "gradwerk-bench-"));
afterAll(() => rm(folder, { recursive: true }));

function bench(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ["--conditions=@gradwerk/source", cli, ...args], {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
}

describe("wrong usage ends with code 2 and names the nearest valid word:", () => {
  test.each([
    [["--workload", "artcle"], /Did you mean article\?/],
    [["--peers", "nunpy"], /Did you mean numpy\?/],
    [["--peers", "numpy,none"], /none stands alone/],
    [["--backend", "wsam"], /Did you mean wasm\?/],
    [["--quik"], /Did you mean --quick\?/],
    [["article"], /too many arguments/],
  ])("%j", (args, message) => {
    const { status, stdout, stderr } = bench(args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stdout).toBe("");
  });
});

describe("before anything is measured, code 1 ends a run", () => {
  test("that is to be compared with a file that is not there", () => {
    const { status, stderr } = bench(["--compare", join(folder, "nothing.ndjson")]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: --compare .*nothing\.ndjson: cannot be read/);
  });

  test("that is to be compared with a file of something else", async () => {
    const file = join(folder, "other.ndjson");
    await writeFile(file, "{}\n");
    const { status, stderr } = bench(["--compare", file]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/other\.ndjson, line 1: expected a row/);
  });

  test("that could not write its result", () => {
    const { status, stderr } = bench(["--json", join(folder, "no-folder", "rows.ndjson")]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/no-folder is not there or cannot be written/);
  });
});

test("--json - puts rows on stdout and nothing else; what is for people goes to stderr", () => {
  const page = join(folder, "page.html");
  const what = ["--workload", "overhead", "--backend", "cpu", "--peers", "none", "--quick"];
  const { status, stdout, stderr } = bench([...what, "--json", "-", "--html", page]);
  expect(status).toBe(0);
  const rows = parseRows(stdout, "stdout");
  expect(rows.map(({ workload, case: name, system }) => [workload, name, system])).toEqual([
    ["overhead", "empty replay", "gradwerk"],
    ["overhead", "add of 8 numbers", "gradwerk"],
  ]);
  expect(rows.every(({ ratio, status: ended }) => ratio === null && ended === "ok")).toBe(true);
  expect(stderr).toMatch(/gradwerk cpu/);
  expect(existsSync(page)).toBe(true);
});

test("Ctrl-C ends with code 130, and the file holds what was measured until then", async () => {
  const file = join(folder, "interrupted.ndjson");
  const what = ["--workload", "overhead,article", "--backend", "cpu", "--peers", "none"];
  const args = ["--conditions=@gradwerk/source", cli, ...what, "--json", file];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  child.stdout.on("data", (text) => {
    if (String(text).includes("overhead: empty replay")) child.kill("SIGINT");
  });
  expect(await once(child, "exit")).toEqual([130, null]);
  const [row, ...others] = parseRows(await readFile(file, "utf8"), file);
  expect(row).toMatchObject({ case: "empty replay", runs: 9, status: "ok" });
  expect(others.every(({ status }) => status === "ok")).toBe(true);
});
