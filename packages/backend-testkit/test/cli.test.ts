import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { caseFileText, matmulCase, sgdTrajectory } from "./support/case-files.ts";
import { type Ended, pathOf, runNode } from "./support/run-node.ts";
import { wrongMinusModule } from "./support/wrong-minus.ts";

const cpu = "../backend-cpu/src/index.ts";
const folder = mkdtempSync(join(tmpdir(), "gradwerk testkit #"));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: readonly string[]): Promise<Ended> => runNode(["src/cli.ts", ...args]);

const wrongMinus = fileWith("wrong-minus.mjs", wrongMinusModule);

function fileWith(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const linesOf = ({ stdout }: Ended): Record<string, unknown>[] =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("gradwerk-testkit MODULE", () => {
  it("passes the reference backend, and --json says so case by case and nothing else", {
    timeout: 300_000,
  }, async () => {
    const ended = await run(cpu, "--json");
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: "" });
    const lines = linesOf(ended);
    const { length: last } = lines.slice(1);
    for (const line of lines.slice(0, last)) {
      expect(line).toEqual({
        case: expect.stringMatching(/^(memory|kernels|guards|fused|gradients|captured|published|runs): ./),
        op: expect.stringMatching(/./),
        ...(line.status === "skip"
          ? { status: "skip", reason: expect.stringMatching(/^the backend (declares no|runs on one thread)/) }
          : { status: "pass", error: expect.any(Number) }),
      });
      expect(line.error ?? 0).toBeLessThanOrEqual(1);
    }
    const count = (status: string) => lines.filter((line) => line.status === status).length;
    expect(lines[last]).toEqual({ event: "end", passed: count("pass"), failed: 0, skipped: count("skip") });
    expect(count("pass")).toBeGreaterThan(1000);
  });

  it("shows a table, and --only chooses by section and name", async () => {
    const { code, stdout, stderr } = await run(cpu, "--only", "KERNELS binary (add|sub)");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n")).toEqual([
      "section  passed  failed  skipped  largest error  seconds  of case",
      expect.stringMatching(/^kernels {7}8 {7}0 {8}0 {14}0 {6}\d\.\d$/),
      "",
      "8 passed, 0 failed, 0 skipped. Errors are multiples of what is allowed.",
      "",
    ]);
  });

  it("--dtype leaves the other float dtype out", async () => {
    const lines = linesOf(
      await run(cpu, "--json", "--only", "kernels binary (add|div)", "--dtype", "float64"),
    );
    expect(lines.map((line) => line.case ?? line.event)).toEqual([
      "kernels: binary add float64",
      "kernels: binary add int32",
      "kernels: binary add uint8",
      "kernels: binary div float64",
      "end",
    ]);
  });

  it("ends with 1 where a case failed, and says which and why", async () => {
    const { code, stdout } = await run(wrongMinus, "--only", "kernels binary (add|sub) float32");
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^FAILED kernels: binary sub float32\n {7}binary sub float32, \[\]: element 0 is /m,
    );
    expect(stdout).toMatch(/^1 passed, 1 failed, 0 skipped\./m);
    const json = await run(wrongMinus, "--json", "--only", "kernels binary (add|sub) float32");
    expect(json.code).toBe(1);
    expect(linesOf(json)).toEqual([
      { case: "kernels: binary add float32", op: "binary", status: "pass", error: 0 },
      {
        case: "kernels: binary sub float32",
        op: "binary",
        status: "fail",
        error: Number.MAX_VALUE,
        reason: expect.stringMatching(/^binary sub float32, \[\]: element 0 is /),
      },
      { event: "end", passed: 1, failed: 1, skipped: 0 },
    ]);
  });

  it("--cases runs a file of published results and nothing else", async () => {
    const file = fileWith("mine.json", caseFileText({ cases: [matmulCase], optimizers: [sgdTrajectory] }));
    const ended = await run(cpu, "--json", "--dtype", "float32", "--cases", file);
    expect(ended.code).toBe(0);
    expect(linesOf(ended)).toEqual([
      { case: "published: matmul 0 of mine.json float32", op: "matmul", status: "pass", error: 0 },
      { case: "published: sgd trajectory 0 of mine.json float32", op: "sgd", status: "pass", error: 0 },
      { event: "end", passed: 2, failed: 0, skipped: 0 },
    ]);
    const wrong = fileWith("wrong.json", caseFileText({ cases: [{ ...matmulCase, op: "fft" }] }));
    expect((await run(cpu, "--cases", wrong)).code).toBe(1);
  });

  it.each([
    [
      "is not there",
      "nowhere.json",
      undefined,
      /^error: --cases .*nowhere\.json: the file cannot be read: ENOENT/,
    ],
    ["is no JSON", "text.json", "hello", /^error: .*text\.json: not JSON: /],
    [
      "holds no case",
      "empty.json",
      caseFileText({}),
      /^error: --cases .*empty\.json: the file holds no case\.$/m,
    ],
    [
      "is broken",
      "broken.json",
      caseFileText({ cases: [{}] }),
      /^error: .*broken\.json: cases\[0\]: needs op/,
    ],
  ])("ends with 1 and one line where the file of --cases %s", async (_, name, text, message) => {
    const file = text === undefined ? join(folder, name) : fileWith(name, text);
    const { code, stdout, stderr } = await run(cpu, "--cases", file);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd()).not.toContain("\n");
  });

  it.each([
    [
      "more threads than there are",
      [cpu, "--threads", "2"],
      /^error: --threads 2: .* runs on 1 here\. Give 1 or fewer\.$/m,
    ],
    [
      "no threads",
      [cpu, "--threads", "0"],
      /error: .*--threads.* is invalid\. Give a whole number from 1 up\./,
    ],
    ["threads in words", [cpu, "--threads", "two"], /Give a whole number from 1 up\./],
    ["a dtype that is not tested", [cpu, "--dtype", "float16"], /Allowed choices are float32, float64\./],
    [
      "a flag that is misspelt",
      [cpu, "--dtyp", "float32"],
      /unknown option '--dtyp'\n\(Did you mean --dtype\?\)/,
    ],
    ["no module", [], /missing required argument 'module'/],
    ["two modules", [cpu, cpu], /too many arguments/],
    [
      "a pattern that is none",
      [cpu, "--only", "(matmul"],
      /^error: --only \(matmul: not a regular expression\. Give part of a name/,
    ],
    [
      "a pattern that nothing matches",
      [cpu, "--only", "fourier"],
      /^error: --only fourier: no case has such a section or name\./,
    ],
    [
      "a pattern that no benchmark matches",
      [cpu, "--bench", "--only", "fourier"],
      /^error: --only fourier: no kernel or size matches\./,
    ],
    ["cases to a benchmark", [cpu, "--bench", "--cases", "x.json"], /^error: --bench runs no cases/],
  ])("ends with 2 for %s, and says what is right", async (_, args, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  it("takes as many threads as there are", async () => {
    expect((await run(cpu, "--threads", "1", "--only", "memory capabilities")).code).toBe(0);
  });

  it.each([
    ["is not there", "./nowhere.ts", /^error: \.\/nowhere\.ts: there is no file /],
    [
      "is no backend",
      "./src/errors.ts",
      /^error: \.\/src\/errors\.ts: the module exports no backend, but TestkitError\./,
    ],
    [
      "is no JavaScript",
      fileWith("broken.mjs", "export const = 3;"),
      /the module cannot be loaded: SyntaxError/,
    ],
    [
      "throws",
      fileWith("throws.mjs", 'throw new Error("no GPU here");'),
      /the module cannot be loaded: Error: no GPU here/,
    ],
    [
      "makes half a backend",
      fileWith("half.mjs", "export const createBackend = () => ({ name: 'half' });"),
      /it lacks alloc, free/,
    ],
  ])("ends with 1 and one line where the module %s", async (_, module, message) => {
    const { code, stdout, stderr } = await run(module, "--only", "memory");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd()).not.toContain("\n");
  });

  it("shows where an error came from with --debug alone", async () => {
    expect((await run("./nowhere.ts", "--debug")).stderr).toMatch(/^ {4}at .*load\.ts/m);
  });

  it("explains itself with examples, and tells its version", async () => {
    const help = await run("--help");
    expect(help).toMatchObject({ code: 0, stderr: "" });
    for (const flag of ["--dtype", "--threads", "--cases", "--only", "--json", "--bench", "--debug"]) {
      expect(help.stdout).toContain(flag);
    }
    expect(help.stdout).toContain("gradwerk-testkit ./dist/index.js --bench --only matmul");
    const { version } = JSON.parse(readFileSync(pathOf("package.json"), "utf8"));
    expect(await run("--version")).toMatchObject({ code: 0, stdout: `${version}\n` });
  });

  it("ends quietly where nobody reads on", () => {
    const command = `"${process.execPath}" --conditions=@gradwerk/source src/cli.ts ${cpu} --json --only memory | head -1`;
    const { stdout, stderr } = spawnSync("sh", ["-c", command], { cwd: pathOf("."), encoding: "utf8" });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({ status: "pass" });
  });
});

describe("gradwerk-testkit MODULE --bench", () => {
  it("measures the kernels that match, as a table", async () => {
    const { code, stdout } = await run(cpu, "--bench", "--only", "fill|matmul \\[128, 128\\]");
    expect(code).toBe(0);
    expect(stdout.split("\n")).toEqual([
      expect.stringMatching(/^kernel +size +us +GB\/s +GFLOPS$/),
      expect.stringMatching(/^fill +\[2\^20\] +\d+\.\d +\d+\.\d\d +$/),
      expect.stringMatching(/^matmul +\[128, 128\] x \[128, 128\] +\d+\.\d +\d+\.\d\d +\d+\.\d\d$/),
      "",
    ]);
  });

  it("gives one JSON object per kernel with --json", async () => {
    const lines = linesOf(await run(cpu, "--bench", "--json", "--dtype", "float64", "--only", "^fill"));
    expect(lines).toEqual([
      {
        kernel: "fill",
        size: "[2^20]",
        microseconds: expect.any(Number),
        gigabytesPerSecond: expect.any(Number),
        gigaflops: 0,
      },
    ]);
  });
});
