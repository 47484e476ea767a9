import { expect, test } from "vitest";
import { benchmark } from "../src/benchmark.ts";
import type { Row } from "../src/results/row.ts";
import { backends } from "../src/systems/backends.ts";
import type { BenchCase, Workload } from "../src/workloads/workload.ts";

const small: BenchCase = { id: "small", name: "small", unit: "ms", warmUps: 0, runs: 1, quickRuns: 1 };
const large: BenchCase = { ...small, id: "large", name: "large", quickRuns: 0 };
const echo: Workload = {
  name: "echo",
  description: "gives the number of threads",
  cases: [small, large],
  programs: { gradwerk: new URL("./support/echo.ts", import.meta.url) },
  payload: async () => ({}),
  check: () => undefined,
};

function rowsOf(workload: Workload, patient: boolean, quick: boolean): Promise<Row[]> {
  const [template] = backends;
  return benchmark({
    workloads: [workload],
    backends: [
      { ...template, name: "slow", threads: [1], isSlow: true },
      { ...template, name: "fast", threads: [1, 2], isSlow: false },
    ],
    ...{ patient, peers: [], quick },
    onProgress: () => undefined,
    onRows: () => undefined,
  });
}

const named = (rows: readonly Row[]): string[] =>
  rows.map(({ case: name, backend, threads }) => `${name}: ${backend} x${threads}`);

test("each backend has a row for each number of its threads", async () => {
  const rows = await rowsOf(echo, false, true);
  expect(named(rows)).toEqual(["small: slow x1", "small: fast x1", "small: fast x2"]);
  expect(rows.map(({ median }) => median)).toEqual([1, 1, 2]);
});

test("--quick leaves out the cases that have no quick runs", async () => {
  expect(named(await rowsOf(echo, false, false))).toContain("large: slow x1");
  expect(named(await rowsOf(echo, false, true))).not.toContain("large: slow x1");
});

test("a slow backend does heavy work only for those who asked for it by name", async () => {
  const heavy = { ...echo, heavy: true };
  expect(named(await rowsOf(heavy, false, true))).toEqual(["small: fast x1", "small: fast x2"]);
  expect(named(await rowsOf(heavy, true, true))).toContain("small: slow x1");
});
