import { expect, test } from "vitest";
import { measureCase } from "../src/measure.ts";
import { findPeers, peers } from "../src/systems/peers.ts";
import { nodeProgram, type Program } from "../src/systems/program.ts";
import { openSystem } from "../src/systems/system.ts";
import { article } from "../src/workloads/article.ts";

const [trainCase, evaluateCase] = article.cases;
const payload = await article.payload({ quick: false });
const placement = { backend: "cpu", threads: 1 };
const gradwerk = nodeProgram(article.programs.gradwerk, placement);

/** What the check says of one untimed run. */
async function checkRun(program: Program, system: string, changes: object = {}): Promise<string | undefined> {
  const opened = await openSystem({ system, ...placement }, program, { ...payload, ...changes });
  try {
    const once = { ...trainCase, warmUps: 1, runs: 0 };
    const [{ failure }] = await measureCase(article, once, [opened], { quick: false });
    return failure;
  } finally {
    await opened.close();
  }
}

test("Gradwerk does the article's work", async () => {
  expect(await checkRun(gradwerk, "gradwerk")).toBeUndefined();
});

test("a system that learns at another rate is caught by its accuracy", async () => {
  expect(await checkRun(gradwerk, "gradwerk", { rate: 0.01 })).toMatch(
    /^gradwerk cpu ended on accuracy 0\.\d+, expected 0\.978/,
  );
});

// Each needs its library on this machine.
for (const { name, title, find, howToGet } of peers) {
  const start = await find();
  test.skipIf(start === undefined)(`${title} does the article's work (to get it: ${howToGet})`, async () => {
    const program = start?.(article.programs[name], placement);
    expect(program && (await checkRun(program, name))).toBeUndefined();
  });
}

test("in float64 one accuracy that differs along the way is caught", () => {
  const proof = Array.from({ length: 200 }, () => 0.978);
  const first = { label: "gradwerk cpu", dtype: "float64", proof } as const;
  const changed = proof.with(41, 0.977);
  const check = (dtype: "float64" | "float32"): string | undefined =>
    article.check(evaluateCase, { label: "other cpu", dtype, proof: changed }, first);
  expect(check("float64")).toMatch(/other cpu has accuracy 0\.977 after step 42, gradwerk cpu has 0\.978/);
  expect(check("float32")).toBeUndefined();
});

test("a system that leaves out evaluations is caught", () => {
  const shown = { label: "lazy cpu", dtype: "float64", proof: [0.978] } as const;
  expect(article.check(evaluateCase, shown, undefined)).toBe("lazy cpu gave 1 accuracies, expected 200.");
});

test("no peer is looked for where none is wanted", async () => {
  expect(await findPeers([])).toEqual({ found: [], missing: [] });
});
