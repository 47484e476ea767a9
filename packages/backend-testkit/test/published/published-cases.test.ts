import { readFile } from "node:fs/promises";
import { createCpuBackend } from "@gradwerk/backend-cpu";
import { describe, expect, it } from "vitest";
import { type CaseResult, parseCaseFile, runConformance } from "../../src/index.ts";
import { caseFileText, type Json, matmulCase, sgdTrajectory } from "../support/case-files.ts";

async function resultsOf(content: { cases?: Json; optimizers?: Json }): Promise<CaseResult[]> {
  const cases = parseCaseFile("/somewhere/given.json", caseFileText(content));
  const results: CaseResult[] = [];
  for await (const result of runConformance(createCpuBackend, { cases, dtypes: ["float64"] }))
    results.push(result);
  return results;
}

describe("published cases", () => {
  it("run alone, and pass where the numbers are right", async () => {
    const results = await resultsOf({ cases: [matmulCase], optimizers: [sgdTrajectory] });
    expect(results).toMatchObject([
      {
        section: "published",
        name: "matmul 0 of given.json float64",
        op: "matmul",
        verdict: { status: "pass", error: 0 },
      },
      {
        section: "published",
        name: "sgd trajectory 0 of given.json float64",
        op: "sgd",
        verdict: { status: "pass", error: 0 },
      },
    ]);
  });

  it("of the README pass", async () => {
    const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
    const [, text = ""] = /```json\n([\s\S]*?)```/.exec(readme) ?? [];
    const cases = parseCaseFile("README.md", text);
    expect([cases.cases.length, cases.optimizers.length]).toEqual([1, 1]);
    for await (const { verdict } of runConformance(createCpuBackend, { cases })) {
      expect(verdict).toEqual({ status: "pass", error: 0 });
    }
  });

  it.each([
    [
      "the output",
      { ...matmulCase, output: { shape: [2, 1], data: [17, 39.1] } },
      "the output: element 1 is 39 instead of 39.1",
    ],
    [
      "the output's shape",
      { ...matmulCase, output: { shape: [1, 2], data: [17, 39] } },
      "the output has shape [2,1] instead of [1,2]",
    ],
    [
      "a gradient",
      { ...matmulCase, grads: [null, { shape: [2, 1], data: [31, -42] }] },
      "the gradient by input 1: element 1 is 42 instead of -42",
    ],
  ])("fail where %s differs, and say how", async (_, test, reason) => {
    const [{ verdict }] = await resultsOf({ cases: [test] });
    expect(verdict).toMatchObject({ status: "fail", reason });
  });

  it.each([
    [
      "a weight",
      { ...sgdTrajectory, weights: [[0], [2.5]] },
      "the weight after step 2: element 0 is 2 instead of 2.5",
    ],
    [
      "a learning rate",
      { ...sgdTrajectory, lr: [0.5, 0.25] },
      "learning rates: element 1 is 0.5 instead of 0.25",
    ],
  ])("fail where %s of a trajectory differs, and say which", async (_, trajectory, reason) => {
    const [{ verdict }] = await resultsOf({ optimizers: [trajectory] });
    expect(verdict).toMatchObject({ status: "fail", reason });
  });

  it.each(["fft", "constructor", "__proto__", "toString"])(
    "fail for the op %s, which is not known",
    async (op) => {
      const [unknown, known] = await resultsOf({ cases: [{ ...matmulCase, op }, matmulCase] });
      expect(unknown.verdict).toMatchObject({
        status: "fail",
        reason: expect.stringMatching(`^no op is known under the name ${op}; there are abs, neg, `),
      });
      expect(known.verdict.status).toBe("pass");
    },
  );

  it.each([
    [
      "ftrl",
      /^no optimiser is known under the name ftrl; there are sgd, adam, adamw, rmsprop, adagrad, lion$/,
    ],
    ["sgd+nothing", /^no schedule is known under the name nothing; there are cosine, cosinerestarts, step, /],
    ["valueOf", /^no optimiser is known under the name valueOf/],
  ])("fail for the optimiser %s, which is not known", async (optimizer, reason) => {
    const [{ verdict }] = await resultsOf({ optimizers: [{ ...sgdTrajectory, optimizer }] });
    expect(verdict).toMatchObject({ status: "fail", reason: expect.stringMatching(reason) });
  });

  it.each([
    [
      "shapes that do not fit",
      { ...matmulCase, inputs: [matmulCase.inputs[1], matmulCase.inputs[1]], grads: [null, null] },
    ],
    ["too few inputs", { ...matmulCase, inputs: [], grads: [] }],
    [
      "integers that are none",
      { ...matmulCase, op: "one_hot", inputs: [{ shape: [1], data: [0.5], int: true }], grads: [null] },
    ],
  ])("fail for an op that refuses %s, and the others still run", async (_, test) => {
    const [refused, good] = await resultsOf({ cases: [test, matmulCase] });
    expect(refused.verdict).toMatchObject({ status: "fail", reason: expect.stringMatching(/^it threw: /) });
    expect(good.verdict.status).toBe("pass");
  });

  it("do not let an infinite number excuse the finite ones beside it", async () => {
    const exponential = {
      op: "exp",
      params: {},
      inputs: [{ shape: [2], data: [1000, 0] }],
      output: { shape: [2], data: ["infinite", 2] },
      grads: [null],
    };
    const text = caseFileText({ cases: [exponential] }).replace('"infinite"', "1e999");
    const cases = parseCaseFile("given.json", text);
    for await (const { verdict } of runConformance(createCpuBackend, { cases })) {
      expect(verdict).toMatchObject({ status: "fail", reason: "the output: element 1 is 1 instead of 2" });
    }
  });

  it("know parameters by their usual names in NumPy and PyTorch too", async () => {
    const x = { shape: [1, 2], data: [3, 5] };
    const sum = (params: Json) => ({
      op: "sum",
      params,
      inputs: [x],
      output: { shape: [1], data: [8] },
      grads: [null],
    });
    const results = await resultsOf({
      cases: [sum({ axis: 1 }), sum({ dim: -1 }), sum({ axes: [1], keepdims: false })],
    });
    expect(results.map(({ verdict }) => verdict.status)).toEqual(["pass", "pass", "pass"]);
  });
});
