import { describe, expect, test } from "vitest";
import { measureCase } from "../src/measure.ts";
import { nodeProgram } from "../src/systems/program.ts";
import { openSystem } from "../src/systems/system.ts";
import { checkAccuracy } from "../src/workloads/check-accuracy.ts";
import { dashboard } from "../src/workloads/dashboard.ts";
import { gemm } from "../src/workloads/gemm.ts";
import { infer } from "../src/workloads/infer.ts";
import { memory } from "../src/workloads/memory.ts";
import type { BenchCase, Shown, Workload } from "../src/workloads/workload.ts";
import { workloads } from "../src/workloads.ts";

const cpu = { backend: "cpu", threads: 1 };

function caseOf(workload: Workload, id: string): BenchCase {
  const found = workload.cases.find((one) => one.id === id);
  if (found === undefined) throw new Error(`${workload.name} has no case ${id}`);
  return found;
}

/** What the check says of one untimed run on the least data. */
async function checkRun(workload: Workload, id: string, system: string, backend: string): Promise<unknown> {
  const placement = { ...cpu, backend };
  const program = nodeProgram(workload.programs[system], placement);
  const opened = await openSystem({ system, ...placement }, program, await workload.payload({ quick: true }));
  try {
    const once = { ...caseOf(workload, id), warmUps: 1, warmUpMilliseconds: 0, runs: 0 };
    const [{ failure }] = await measureCase(workload, once, [opened], { quick: false });
    return failure;
  } finally {
    await opened.close();
  }
}

// The command needs to be built for `accuracy` and `dashboard`, and `article` has a file of its own.
const elsewhere = ["accuracy", "dashboard", "article"];
const tested = workloads.filter(({ name }) => !elsewhere.includes(name));
for (const workload of tested) {
  const { id } = workload.cases[workload.cases.length - 1];
  test(`Gradwerk does the work of ${workload.name}, ${id}`, async () => {
    expect(await checkRun(workload, id, "gradwerk", "cpu")).toBeUndefined();
  });
}

for (const workload of tested.filter(({ programs }) => "prototype" in programs)) {
  const { id } = workload.cases[0];
  test(`the prototype does the work of ${workload.name}, ${id}`, async () => {
    expect(await checkRun(workload, id, "prototype", "wasm")).toBeUndefined();
  });
}

test("every workload has another name, and every case of one another id", () => {
  const names = workloads.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { cases } of workloads) expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
});

const shown = (proof: readonly number[]): Shown => ({ label: "lazy cpu", dtype: "float32", proof });
const check = (workload: Workload, id: string, proof: readonly number[]): string | undefined =>
  workload.check(caseOf(workload, id), shown(proof), undefined);

describe("work that was not done is caught:", () => {
  test("a product with one wrong element", async () => {
    expect(check(gemm, "n = 256", new Array(11).fill(0))).toMatch(
      /^lazy cpu has 0 in row 0, column 0 of the product, expected -?\d/,
    );
  });

  test("classes that the network does not give", async () => {
    await infer.payload({ quick: true });
    expect(check(infer, "batch", new Array(1000).fill(3))).toMatch(
      /^lazy cpu gives 1000 classes, of which \d{3} are not/,
    );
    expect(check(infer, "batch", [])).toMatch(/^lazy cpu gives 0 classes/);
  });

  test("a run that nobody watched and that was shorter than the one shown", async () => {
    await dashboard.payload({ quick: true });
    expect(check(dashboard, "throughput", [1875, 1875])).toBeUndefined();
    expect(check(dashboard, "throughput", [1875, 1000])).toMatch(/^lazy cpu gives 1875, 1000/);
    expect(check(dashboard, "key, p95", [9])).toMatch(/^lazy cpu gives 9, expected 10/);
  });

  test("a sum that misses its last number", async () => {
    await memory.payload({ quick: true });
    expect(check(memory, "sum", [1, 40_000, 40_000, 40_000])).toMatch(/^lazy cpu gives 1, 40000/);
  });
});

describe("a network that was trained", () => {
  const [trained] = workloads.filter(({ name }) => name === "mlp");
  const [one] = trained.cases;
  const verdict = (proof: readonly number[], first?: readonly number[]): string | undefined =>
    checkAccuracy(one, shown(proof), first && { label: "gradwerk wasm", dtype: "float32", proof: first });

  test("must know what so many images teach", () => {
    expect(verdict([180_000, 0.96])).toBeUndefined();
    expect(verdict([180_000, 0.6])).toMatch(
      /^lazy cpu has accuracy 0\.6 after 180000 images, expected at least 0\.93/,
    );
    expect(verdict([640, 0.6])).toBeUndefined();
    expect(verdict([640, Number.NaN])).toMatch(/accuracy NaN/);
  });

  test("must know as much as the first one that learnt from as many, a short batch more or less", () => {
    expect(verdict([180_000, 0.94], [179_712, 0.97])).toMatch(
      /gradwerk wasm has 0\.97: they must be within 0\.02/,
    );
    expect(verdict([180_000, 0.96], [179_712, 0.97])).toBeUndefined();
    expect(verdict([6400, 0.3], [6400, 0.8])).toBeUndefined();
  });
});
