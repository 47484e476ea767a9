import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDataFile } from "../../src/data-files.ts";
import { parseCaseFile, TestkitError } from "../../src/index.ts";
import { caseFileText, type Json, matmulCase, sgdTrajectory } from "../support/case-files.ts";

function refusalOf(text: string): TestkitError {
  try {
    parseCaseFile("given.json", text);
  } catch (error) {
    if (error instanceof TestkitError) return error;
    throw error;
  }
  throw new Error("the file was not refused");
}

describe("parseCaseFile", () => {
  it("reads cases and trajectories, and knows where they come from", () => {
    const file = parseCaseFile(
      "given.json",
      caseFileText({ cases: [matmulCase], optimizers: [sgdTrajectory] }),
    );
    expect(file).toMatchObject({
      name: "given.json",
      source: "by hand",
      cases: [matmulCase],
      optimizers: [sgdTrajectory],
    });
  });

  it("reads the files that come with the kit", async () => {
    for (const name of ["op-cases.json", "pytorch-cases.json"]) {
      expect(parseCaseFile(name, await readDataFile(name)).cases.length).toBeGreaterThan(40);
    }
  });

  it("takes a file without cases or optimisers for one with none", () => {
    expect(parseCaseFile("given.json", '{"format":"gradwerk-op-cases/1"}')).toEqual({
      name: "given.json",
      source: "unknown",
      cases: [],
      optimizers: [],
    });
  });

  it.each([
    ["nothing", "", /^given\.json: not JSON: /],
    ["half a file", '{"format": "gradwerk-op-ca', /^given\.json: not JSON: /],
    [
      "NaN, which JSON has not",
      '{"format": "gradwerk-op-cases/1", "cases": [NaN]}',
      /^given\.json: not JSON: /,
    ],
    ["a list", "[]", /^given\.json: needs the format "gradwerk-op-cases\/1", found object\.$/],
    ["null", "null", /needs the format/],
    [
      "another format",
      '{"format": "gradwerk-op-cases/2"}',
      /needs the format "gradwerk-op-cases\/1", found "gradwerk-op-cases\/2"\.$/,
    ],
    ["a format of 200 kB", JSON.stringify({ format: "x".repeat(200_000) }), /found "x{40}"\.$/],
    [
      "a format of 100,000 lists",
      `{"format":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
      /found object\.$/,
    ],
    ["100,000 lists", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, /found object\.$/],
    [
      "cases that are no list",
      caseFileText({ cases: {} }),
      /^given\.json: cases and optimizers must be lists\.$/,
    ],
    ["optimizers that are no list", caseFileText({ optimizers: 3 }), /cases and optimizers must be lists/],
  ])("refuses %s", (_, text, message) => {
    expect(refusalOf(text)).toMatchObject({ code: "case-file", message: expect.stringMatching(message) });
  });

  const { output, inputs, grads } = matmulCase;
  it.each<[string, Json, RegExp]>([
    ["that is a number", 7, /cases\[1\]: needs op, params, inputs, output and grads\.$/],
    ["without an op", { ...matmulCase, op: undefined }, /cases\[1\]: needs op, params/],
    ["whose params are a list", { ...matmulCase, params: [] }, /cases\[1\]: needs op, params/],
    ["with fewer gradients than inputs", { ...matmulCase, grads: [null] }, /cases\[1\]: needs op, params/],
    ["without an output", { ...matmulCase, output: null }, /cases\[1\]\.output: needs data and a shape/],
    [
      "whose data are too few",
      { ...matmulCase, output: { ...output, data: [1] } },
      /cases\[1\]\.output: the data are not the 2 numbers of \[2,1\]\.$/,
    ],
    [
      "whose data are words",
      { ...matmulCase, inputs: [inputs[0], { shape: [1], data: ["1"] }] },
      /cases\[1\]\.inputs\[1\]: the data are not the 1 numbers/,
    ],
    [
      "with a negative size",
      { ...matmulCase, inputs: [{ shape: [-2, -2], data: [1, 2, 3, 4] }, inputs[1]] },
      /cases\[1\]\.inputs\[0\]: needs data and a shape of at most 8 whole numbers from 0 up\.$/,
    ],
    [
      "with a size and a half",
      { ...matmulCase, inputs: [{ shape: [1.5, 2], data: [1, 2, 3] }, inputs[1]] },
      /inputs\[0\]: needs data and a shape/,
    ],
    [
      "with a size beyond all memory",
      { ...matmulCase, inputs: [{ shape: [1e15, 1e15], data: [] }, inputs[1]] },
      /inputs\[0\]: the data are not the 1e\+30 numbers/,
    ],
    [
      "with more axes than a tensor has",
      { ...matmulCase, inputs: [{ shape: new Array(9).fill(1), data: [1] }, inputs[1]] },
      /inputs\[0\]: needs data and a shape of at most 8/,
    ],
    [
      "with gradients and no cotangent",
      { ...matmulCase, cotangent: null },
      /cases\[1\]: gradients need a cotangent of 2 numbers\.$/,
    ],
    [
      "with a cotangent too short",
      { ...matmulCase, cotangent: [1] },
      /cases\[1\]: gradients need a cotangent of 2 numbers\.$/,
    ],
    [
      "with a gradient of another size",
      { ...matmulCase, grads: [grads[1], grads[1]] },
      /cases\[1\]\.grads\[0\]: a gradient has as many numbers as its input\.$/,
    ],
  ])("refuses a case %s and names the place", (_, broken, message) => {
    const refusal = refusalOf(caseFileText({ cases: [matmulCase, broken] }));
    expect(refusal).toMatchObject({ code: "case-file", message: expect.stringMatching(message) });
    expect(refusal.message).toMatch(/^given\.json: /);
  });

  it.each<[string, Json, RegExp]>([
    ["without a name", { ...sgdTrajectory, optimizer: 1 }, /optimizers\[0\]: needs optimizer and params\.$/],
    [
      "without a shape",
      { ...sgdTrajectory, shape: undefined },
      /optimizers\[0\]: needs a shape \[steps, batch, inputs, outputs\]\.$/,
    ],
    [
      "with three sizes",
      { ...sgdTrajectory, shape: [1, 1, 1] },
      /needs a shape \[steps, batch, inputs, outputs\]/,
    ],
    ["with negative sizes", { ...sgdTrajectory, shape: [-1, 1, 1, 1] }, /needs a shape/],
    [
      "with more steps than weights",
      { ...sgdTrajectory, shape: [3, 1, 1, 1] },
      /w0, A, T, weights or lr do not have the sizes of \[3,1,1,1\]\.$/,
    ],
    ["with a step that is no list", { ...sgdTrajectory, weights: [[1], null] }, /do not have the sizes/],
    ["with words for learning rates", { ...sgdTrajectory, lr: ["a", "b"] }, /do not have the sizes/],
  ])("refuses a trajectory %s and names the place", (_, broken, message) => {
    const refusal = refusalOf(caseFileText({ optimizers: [broken] }));
    expect(refusal).toMatchObject({ code: "case-file", message: expect.stringMatching(message) });
  });

  it("gives a file or a refusal, whatever JSON it gets", () => {
    const anyEntry = fc.jsonValue();
    const anyFile = fc.record(
      {
        format: fc.constant("gradwerk-op-cases/1"),
        cases: fc.oneof(anyEntry, fc.array(anyEntry)),
        optimizers: fc.oneof(anyEntry, fc.array(anyEntry)),
        source: anyEntry,
      },
      { requiredKeys: ["format"] },
    );
    fc.assert(
      fc.property(fc.oneof(anyFile, anyEntry), (file) => {
        expectFileOrRefusal(JSON.stringify(file));
      }),
    );
  });

  it("gives a file or a refusal when one part of a good file is replaced by anything", () => {
    const good: Json = JSON.parse(caseFileText({ cases: [matmulCase], optimizers: [sgdTrajectory] }));
    const places = pathsOf(good);
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.jsonValue(), (path, value) => {
        expectFileOrRefusal(JSON.stringify(replaced(good, path, value as Json)));
      }),
      { numRuns: 500 },
    );
  });

  it("gives a file or a refusal for text that was cut or scratched", () => {
    const good = caseFileText({ cases: [matmulCase], optimizers: [sgdTrajectory] });
    fc.assert(
      fc.property(fc.nat(good.length), fc.nat(good.length), fc.string(), (from, to, text) => {
        expectFileOrRefusal(good.slice(0, from) + text + good.slice(to));
      }),
    );
  });
});

function expectFileOrRefusal(text: string): void {
  try {
    const { cases, optimizers } = parseCaseFile("given.json", text);
    expect(cases.every(({ op }) => typeof op === "string")).toBe(true);
    expect(optimizers.every(({ optimizer }) => typeof optimizer === "string")).toBe(true);
  } catch (error) {
    expect(error).toMatchObject({ name: "TestkitError", code: "case-file" });
    expect(String(error)).toContain("given.json: ");
  }
}

type Path = readonly (string | number)[];

function pathsOf(value: Json, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner as Json, [...path, key]))];
}

function replaced(value: Json, [key, ...rest]: Path, by: Json): Json {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.with(Number(key), replaced(value[Number(key)], rest, by));
  const record = value as { readonly [name: string]: Json };
  return { ...record, [key]: replaced(record[key], rest, by) };
}
