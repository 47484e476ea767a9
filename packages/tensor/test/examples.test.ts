import { readdirSync, readFileSync } from "node:fs";
import { createCpuBackend } from "@gradwerk/backend-cpu";
import { createDevice, Tensor } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { everyOp } from "./support/every-op.ts";
import { nestedOf } from "./support/layouts.ts";
import { opNames } from "./support/op-examples.ts";

const folder = new URL("../src/ops/", import.meta.url);
const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => readFileSync(new URL(file, folder), "utf8"));

/** The code in the comment before an op, without the comment signs. */
function exampleOf(op: string): string {
  const source = sources.find((text) => text.includes(`export function ${op}(`)) ?? "";
  const before = source.slice(0, source.indexOf(`export function ${op}(`));
  const [, block = ""] = /```ts\n(.*?)```/s.exec(before.slice(before.lastIndexOf("/**"))) ?? [];
  return block.replace(/^ \* ?/gm, "").trim();
}

const examples = opNames.map((name) => ({ name, code: exampleOf(name) }));

const device = createDevice(createCpuBackend());

/** The names that examples use without saying what they are. `B` is 3. */
const givens = {
  ...everyOp,
  device,
  x: device.tensor([-1, 2]),
  images: device.ones([3, 784]),
  weights: device.ones([784, 10]),
  weight: device.ones([784, 10]),
  gradient: device.ones([784, 10]),
  moments: { firstMoment: device.zeros([784, 10]), secondMoment: device.zeros([784, 10]) },
  bias: device.ones([10]),
  runningMean: device.ones([4]),
  batchMean: device.ones([4]),
  window: { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 },
  pooling: { op: "max", size: [2, 2], stride: [2, 2], padding: [0, 0], dilation: [1, 1] },
};
/** Those of the update on stored images, which other examples call by the same names. */
const stored = {
  ...givens,
  images: device.ones([5, 784], { dtype: "uint8" }),
  rows: device.arange(3),
  gradient: device.ones([3, 10]),
};

/** The value of the last statement, after those before it ran. */
function evaluate(code: string, names: object = givens): unknown {
  const statements = code.split(/;\n/);
  const last = statements.pop() ?? "";
  // Lines of comment alone stand before the statement that they are about.
  const value = last.replace(/^(\/\/.*\n)+/, "").replace(/;.*$/s, "");
  // A block, in which an example may declare again what is given.
  const body = `{ ${statements.map((statement) => `${statement};`).join("\n")}\nreturn (${value}); }`;
  return new Function(...Object.keys(names), body)(...Object.values(names));
}

/** A value as its comment shows it: numbers rounded to float32 on both sides, -0 as 0. */
function shown(value: unknown): unknown {
  if (value instanceof Tensor) return shown(nestedOf(value));
  if (Array.isArray(value)) return value.map(shown);
  return typeof value === "number" ? Math.fround(value) + 0 : value;
}

describe("the example of", () => {
  test.each(examples)("$name does what its comment says", ({ name, code }) => {
    expect(code).toContain(name);
    const result = evaluate(code, name === "sparseLinearSgdUpdate" ? stored : givens);
    const [, comment = ""] = /; \/\/ (.*)$/.exec(code) ?? [];
    if (/^[[\d-]/.test(comment)) expect(shown(result)).toEqual(shown(evaluate(comment)));
    const promised = /-> \[(.*)\]$/m.exec(code)?.[1].replace("B", "3");
    if (promised !== undefined) expect(result).toHaveProperty("shape", JSON.parse(`[${promised}]`));
  });

  test("every op but a few shows its result", () => {
    const silent = examples.filter(({ code }) => !/(\/\/ [[\d-]|-> \[)/.test(code)).map(({ name }) => name);
    expect(silent.sort()).toEqual([
      "accumulate",
      "accumulateRows",
      "adamUpdate",
      "assign",
      "sgdUpdate",
      "sparseLinearSgdUpdate",
      "where",
    ]);
  });
});
