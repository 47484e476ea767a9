import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createCpuBackend } from "@gradwerk/backend-cpu";
import type { CreateBackend } from "@gradwerk/tensor/backend";
import * as vitest from "vitest";
import { afterAll, describe, expect, it, vi } from "vitest";
import { type TestRunner, testConformance } from "../src/index.ts";
import { cpuWith, cpuWithKernel } from "./support/fault.ts";
import { pathOf, runNode } from "./support/run-node.ts";
import { wrongMinusModule } from "./support/wrong-minus.ts";

// Under the runner that reads this file: each case is a test of its own.
await testConformance(vitest, createCpuBackend, { dtypes: ["float32"], only: /^memory/ });

const folder = mkdtempSync(join(tmpdir(), "gradwerk-runner-"));
afterAll(() => rmSync(folder, { recursive: true }));

const options =
  '{ dtypes: ["float32"], only: /^(kernels binary (add|sub) float32|captured fused linear float32)/ }';

function testFile(name: string, runner: string, backend: string): string {
  const file = join(folder, name);
  writeFileSync(
    file,
    `import * as runner from ${JSON.stringify(runner)};
     import { testConformance } from ${JSON.stringify(pathOf("src/index.ts"))};
     import * as module from ${JSON.stringify(backend)};
     await testConformance(runner, module.createBackend, ${options});`,
  );
  return file;
}

const rightBackend = pathOf("../backend-cpu/src/index.ts");
const wrongBackend = join(folder, "wrong-minus.mjs");
writeFileSync(wrongBackend, wrongMinusModule);
const skipReason = "the backend declares no compile: the core runs programs kernel by kernel";

describe("testConformance under node:test", () => {
  it("makes a test of each case, and skips with the reason", async () => {
    const file = testFile("right.test.ts", "node:test", rightBackend);
    const { code, stdout } = await runNode(["--test", "--test-reporter=tap", file]);
    expect(stdout).toMatch(/^ *# Subtest: conformance$/m);
    expect(stdout).toMatch(/^ *# Subtest: kernels$/m);
    expect(stdout).toMatch(/^ *ok 1 - binary add float32$/m);
    expect(stdout).toMatch(new RegExp(`^ *ok 1 - fused linear float32 # SKIP ${skipReason}$`, "m"));
    expect(stdout).toMatch(/^# pass 2$[\s\S]*^# fail 0$[\s\S]*^# skipped 1$/m);
    expect(code).toBe(0);
  });

  it("fails with the reason", async () => {
    const file = testFile("wrong.test.ts", "node:test", wrongBackend);
    const { code, stdout } = await runNode(["--test", "--test-reporter=tap", file]);
    expect(stdout).toMatch(/^ *not ok 2 - binary sub float32$/m);
    expect(stdout).toContain("binary sub float32, []: element 0 is");
    expect(stdout).toMatch(/^# pass 1$[\s\S]*^# fail 1$[\s\S]*^# skipped 1$/m);
    expect(code).toBe(1);
  });
});

describe("testConformance under vitest", () => {
  const vitestFolder = fileURLToPath(new URL("..", import.meta.resolve("vitest")));
  const run = async (file: string) => {
    const report = `${file}.json`;
    const args = ["run", "--root", folder, "--reporter=json", `--outputFile=${report}`, file];
    const { code } = await runNode([join(vitestFolder, "vitest.mjs"), ...args], folder);
    return { code, results: await resultsIn(report) };
  };

  it("makes a test of each case, and skips with the reason", async () => {
    const file = testFile("right.vitest.test.ts", import.meta.resolve("vitest"), rightBackend);
    expect(await run(file)).toEqual({
      code: 0,
      results: [
        ["conformance kernels binary add float32", "passed", []],
        ["conformance kernels binary sub float32", "passed", []],
        ["conformance captured fused linear float32", expect.stringMatching(/^(skipped|pending)$/), []],
      ],
    });
  });

  it("fails with the reason", async () => {
    const file = testFile("wrong.vitest.test.ts", import.meta.resolve("vitest"), wrongBackend);
    const { code, results } = await run(file);
    expect(code).toBe(1);
    expect(results[1]).toEqual([
      "conformance kernels binary sub float32",
      "failed",
      [expect.stringMatching(/^Error: binary sub float32, \[\]: element 0 is /)],
    ]);
  });
});

async function resultsIn(report: string): Promise<[string, string, string[]][]> {
  const { readFile } = await import("node:fs/promises");
  const { testResults } = JSON.parse(await readFile(report, "utf8"));
  return testResults[0].assertionResults.map(
    (result: { fullName: string; status: string; failureMessages: string[] }) => [
      result.fullName,
      result.status,
      result.failureMessages,
    ],
  );
}

/** A runner that notes down what is registered. */
function notingRunner() {
  const groups: string[] = [];
  const tests = new Map<string, (context: { skip(note?: string): void }) => Promise<void>>();
  const hooks: Record<string, () => Promise<void>> = {};
  const runner: TestRunner = {
    describe(name, work) {
      groups.push(name);
      work();
    },
    it: (name, work) => tests.set(name, work),
    before: (work) => {
      hooks.before = work;
    },
    after: (work) => {
      hooks.after = work;
    },
  };
  return { runner, groups, tests, hooks };
}

describe("testConformance", () => {
  const only = /^(kernels binary sub float32|fused linear float32)/;

  it("groups cases by section, and makes the backend only when tests begin", async () => {
    const create = vi.fn<CreateBackend>(createCpuBackend);
    const { runner, groups, tests, hooks } = notingRunner();
    await testConformance(runner, create, { only, backend: { threads: 4 } });
    expect(groups).toEqual(["conformance", "kernels", "fused"]);
    expect([...tests.keys()]).toEqual(["binary sub float32", "linear float32"]);
    expect(create).not.toHaveBeenCalled();
    await hooks.before();
    expect(create).toHaveBeenCalledWith({ threads: 4 });
  });

  it("passes, skips and throws as the cases end", async () => {
    const { runner, tests, hooks } = notingRunner();
    const broken = cpuWithKernel("binary", () => () => {});
    await testConformance(runner, broken, { only });
    await hooks.before();
    const skip = vi.fn();
    await tests.get("linear float32")?.({ skip });
    expect(skip).toHaveBeenCalledWith("the backend declares no fused kernels: the core decomposes them");
    await expect(tests.get("binary sub float32")?.({ skip })).rejects.toThrow(
      /^binary sub float32, \[\]: element 0 is NaN/,
    );
    await hooks.after();
  });

  it("disposes of the backend at the end", async () => {
    const dispose = vi.fn();
    const { runner, hooks } = notingRunner();
    await testConformance(
      runner,
      cpuWith(() => ({ dispose })),
      { only },
    );
    await hooks.before();
    expect(dispose).not.toHaveBeenCalled();
    await hooks.after();
    expect(dispose).toHaveBeenCalledOnce();
  });

  it("says so where the backend did not start", async () => {
    const { runner, tests, hooks } = notingRunner();
    await testConformance(runner, () => Promise.reject(new Error("no GPU here")), { only });
    await expect(hooks.before()).rejects.toThrow("no GPU here");
    await expect(tests.get("binary sub float32")?.({ skip: () => {} })).rejects.toThrow(
      "the backend did not start",
    );
    await hooks.after();
  });
});
