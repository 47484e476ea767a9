import { expect, test } from "vitest";
import { measureCase } from "../src/measure.ts";
import type { CaseRun } from "../src/programs/protocol.ts";
import { openSystem, type System } from "../src/systems/system.ts";
import type { BenchCase, Workload } from "../src/workloads/workload.ts";

const benchCase: BenchCase = { id: "count", name: "count", unit: "ms", warmUps: 1, runs: 3, quickRuns: 2 };
const workload: Workload = {
  name: "counting",
  description: "gives 1",
  cases: [benchCase],
  programs: { gradwerk: new URL("file:///unused") },
  payload: async () => ({}),
  check: (_, { proof, label }) => (proof[0] === 1 ? undefined : `${label} gave ${proof[0]}`),
};

function system(name: string, run: () => Promise<CaseRun>): System {
  return {
    name: { system: name, backend: "cpu", threads: 1 },
    facts: { version: "1", dtype: "float64" },
    run,
    close: async () => undefined,
  };
}

test("systems run in turn, and warm-ups are not counted", async () => {
  const order: string[] = [];
  const counting = (name: string): System =>
    system(name, async () => ({ value: order.push(name), proof: [1] }));
  const [a, b] = await measureCase(workload, benchCase, [counting("a"), counting("b")], { quick: true });
  expect(order.join(" ")).toBe("a b a b a b");
  expect([a.values, b.values]).toEqual([
    [3, 5],
    [4, 6],
  ]);
});

test("a system that does other work fails and runs no further; the others go on", async () => {
  let runs = 0;
  const broken = system("broken", async () => ({ value: ++runs, proof: [runs === 3 ? 2 : 1] }));
  const sound = system("sound", async () => ({ value: 1, proof: [1] }));
  const [failed, passed] = await measureCase(workload, benchCase, [broken, sound], { quick: false });
  expect(failed).toMatchObject({ failure: "broken cpu gave 2" });
  expect(runs).toBe(3);
  expect(passed.values).toHaveLength(3);
  expect(passed).not.toHaveProperty("failure");
});

test("a system sits out a case that it cannot run", async () => {
  const able = system("able", async () => ({ value: 1, proof: [1] }));
  const unable = { ...able, facts: { ...able.facts, cases: ["another"] } };
  const measured = await measureCase(workload, benchCase, [unable, able], { quick: false });
  expect(measured.map(({ name }) => name.system)).toEqual(["able"]);
});

test("a warm-up goes on until its time has passed, a timed run is one run", async () => {
  let runs = 0;
  const one = system("one", async () => ({ value: ++runs, proof: [1] }));
  const patient = { ...benchCase, warmUpMilliseconds: 20 };
  const started = performance.now();
  const [{ values }] = await measureCase(workload, patient, [one], { quick: true });
  expect(performance.now() - started).toBeGreaterThan(19);
  expect(values).toEqual([runs - 1, runs]);
  expect(runs).toBeGreaterThan(3);
});

test("an interruption keeps what was measured and blames nobody", async () => {
  const controller = new AbortController();
  let runs = 0;
  const one = system("one", async () => {
    if (++runs === 3) controller.abort();
    if (runs === 4) throw new Error("ran on");
    return { value: runs, proof: [1] };
  });
  const [measured] = await measureCase(workload, benchCase, [one], {
    quick: false,
    signal: controller.signal,
  });
  expect(measured.values).toEqual([2, 3]);
  expect(measured).not.toHaveProperty("failure");
});

test("a program that ends is reported with its last words", async () => {
  const dying = { command: process.execPath, args: ["-e", "console.error('out of paper'); process.exit(3)"] };
  const name = { system: "printer", backend: "cpu", threads: 1 };
  await expect(openSystem(name, dying, {})).rejects.toThrow(
    /^printer cpu: the program ended \(exit code 3\): out of paper$/,
  );
});

test("a program that cannot be started is reported", async () => {
  const name = { system: "printer", backend: "cpu", threads: 1 };
  await expect(openSystem(name, { command: "/no/such/program", args: [] }, {})).rejects.toThrow(
    /^printer cpu: cannot be started: .*ENOENT/,
  );
});
