import * as ops from "@gradwerk/tensor";
import { Tensor } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { mixedValues, valuesOf } from "./support/layouts.ts";
import { opNamed } from "./support/op-named.ts";
import { strictDevice } from "./support/strict-backend.ts";

const device = strictDevice();
const x = device.tensor(Float64Array.from(mixedValues(12)), { shape: [3, 4] });
const y = device.tensor(Float64Array.from(mixedValues(12, 2)), { shape: [3, 4] });

/** What each op gets after its first tensor, in calls that make a difference to the result. */
const argumentsOf: Record<string, unknown[][]> = {
  matmul: [[y.transpose()]],
  cast: [["int32"], ["uint8"]],
  reshape: [[[2, 6]], [[-1]]],
  permute: [[[1, 0]]],
  transpose: [[], [0, 1], [1, 1]],
  expand: [[[2, 3, 4]]],
  slice: [
    [1, 1, 3],
    [-2, 0, 2],
  ],
  gatherRows: [[device.tensor(Int32Array.of(2, 0))]],
  argmax: [[], [0]],
  argmin: [[], [0]],
};
for (const name of ["sum", "prod", "mean", "max", "min"]) {
  argumentsOf[name] = [[], [{ axes: 0 }], [{ axes: [1], keepDims: true }]];
}
for (const name of "add sub mul div pow maximum minimum equal notEqual less lessEqual greater greaterEqual".split(
  " ",
)) {
  argumentsOf[name] = [[y], [0.5]];
}

/** Ops that are functions only: they take several tensors alike, or change one in place. */
const functionsOnly = ["assign", "concat", "linear", "scatterAddRows", "sgdUpdate", "where"];
/** What the package exports beside ops. */
const others = ["createDevice", "formatShape", "philox4x32", "sizeOf"];

const names = Object.entries(ops)
  .filter(([name, value]) => typeof value === "function" && /^[a-z]/.test(name) && !others.includes(name))
  .map(([name]) => name)
  .filter((name) => !functionsOnly.includes(name));

describe("a tensor's method", () => {
  test.each(names)("%s is the function of that name", (name) => {
    for (const rest of argumentsOf[name] ?? [[]]) {
      const free = opNamed(name)(x, ...rest);
      const method: Tensor = Reflect.apply(Reflect.get(Tensor.prototype, name), x, rest);
      expect([method.shape, method.dtype, valuesOf(method)]).toEqual([
        free.shape,
        free.dtype,
        valuesOf(free),
      ]);
    }
  });

  test("exists for every op but those that are functions only", () => {
    expect(names.length).toBeGreaterThan(40);
    for (const name of functionsOnly) expect(name in Tensor.prototype).toBe(false);
  });
});
