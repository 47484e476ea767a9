import { readFileSync } from "node:fs";
import type { Tensor } from "@gradwerk/tensor";
import { concat } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { valuesOf } from "../support/layouts.ts";
import { opNamed } from "../support/op-named.ts";
import { strictDevice } from "../support/strict-backend.ts";

interface Array64 {
  readonly shape: number[];
  readonly data: number[];
  readonly int?: boolean;
}

interface OpCase {
  readonly op: string;
  readonly params: {
    readonly axis?: number | null;
    readonly keepdims?: boolean;
    readonly perm?: number[];
    readonly shape?: number[];
  };
  readonly inputs: Array64[];
  readonly output: Array64;
}

// Forward values that PyTorch 1.13 gave in float64: the cases of the file's ops that this package has.
const fixture = new URL("../fixtures/op-cases.json", import.meta.url);
const { cases, source }: { cases: OpCase[]; source: string } = JSON.parse(readFileSync(fixture, "utf8"));
const device = strictDevice();

function run({ op, params }: OpCase, [x, y]: Tensor[]): Tensor {
  const reduction = { axes: params.axis ?? undefined, keepDims: params.keepdims };
  if (op === "sum" || op === "mean" || op === "max") return opNamed(op)(x, reduction);
  if (op === "argmax") return x.argmax(params.axis ?? undefined);
  if (op === "transpose") return x.permute(params.perm ?? []);
  if (op === "reshape") return x.reshape(params.shape ?? []);
  if (op === "concat") return concat([x, y], params.axis ?? 0);
  if (op === "gather_rows") return x.gatherRows(y);
  return opNamed(op)(...[x, y].filter((tensor) => tensor !== undefined));
}

describe(`what ${source} gives`, () => {
  test.each(cases)("$op $params", (opCase) => {
    const inputs = opCase.inputs.map(({ shape, data, int }) =>
      device.tensor(int ? Int32Array.from(data) : Float64Array.from(data), { shape }),
    );
    const output = run(opCase, inputs);
    expect(output.shape).toEqual(opCase.output.shape);
    for (const [i, value] of valuesOf(output).entries()) {
      const expected = opCase.output.data[i];
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-14 * Math.max(1, Math.abs(expected)));
    }
  });

  test("covers each op once", () => {
    expect(new Set(cases.map(({ op }) => op)).size).toBe(cases.length);
    expect(cases).toHaveLength(24);
  });
});
