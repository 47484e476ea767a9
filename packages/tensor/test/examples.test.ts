import { readdirSync, readFileSync } from "node:fs";
import { createCpuBackend } from "@gradwerk/backend-cpu";
import * as ops from "@gradwerk/tensor";
import { Tensor } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { nestedOf } from "./support/layouts.ts";

const folder = new URL("../src/ops/", import.meta.url);

/** The code of an op's first example, without the comment signs before it. */
function exampleIn(source: string): string {
  const [, block = ""] = /```ts\n(.*?)```/s.exec(source) ?? [];
  return block.replace(/^ \* ?/gm, "").trim();
}

/** The files that export an op of their own name. */
const examples = readdirSync(folder)
  .map((file) => ({ name: file.replace(".ts", ""), source: readFileSync(new URL(file, folder), "utf8") }))
  .filter(({ name, source }) => source.includes(`export function ${name}(`))
  .map(({ name, source }) => ({ name, code: exampleIn(source) }));

const device = ops.createDevice(createCpuBackend());

/** The names that examples use without saying what they are. `B` is 3. */
const givens = {
  ...ops,
  device,
  x: device.tensor([-1, 2]),
  images: device.ones([3, 784]),
  weights: device.ones([784, 10]),
  weight: device.ones([784, 10]),
  gradient: device.ones([784, 10]),
  bias: device.ones([10]),
  runningMean: device.ones([4]),
  batchMean: device.ones([4]),
};

function evaluate(code: string): unknown {
  return new Function(...Object.keys(givens), `return (${code});`)(...Object.values(givens));
}

/** A value as its comment shows it, numbers rounded to float32 on both sides. */
function shown(value: unknown): unknown {
  if (value instanceof Tensor) return shown(nestedOf(value));
  if (Array.isArray(value)) return value.map(shown);
  return typeof value === "number" ? Math.fround(value) : value;
}

describe("the example of", () => {
  test.each(examples)("$name does what its comment says", ({ name, code }) => {
    expect(code).not.toBe("");
    expect(code).toContain(name);
    const line = code.split("\n").at(-1) ?? "";
    const [, call, comment] = /^(.*?);(?: \/\/ (.*))?$/.exec(line) ?? [];
    const result = evaluate(call);
    if (/^[[\d-]/.test(comment ?? "")) expect(shown(result)).toEqual(shown(evaluate(comment)));
    const promised = /-> \[(.*)\]$/m.exec(code)?.[1].replace("B", "3");
    if (promised !== undefined) expect(result).toHaveProperty("shape", JSON.parse(`[${promised}]`));
  });

  test("every op is there, and but for a few each shows its result", () => {
    expect(examples.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["add", "linear", "sgdUpdate", "where"]),
    );
    const silent = examples.filter(({ code }) => !/\/\/ [[\d-]/.test(code)).map(({ name }) => name);
    expect(silent).toEqual(["assign", "sgdUpdate", "where"]);
  });
});
