import { assign, type Recorder } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { laidOut, layoutKinds, mixedValues, nestedOf, valuesOf } from "../../support/layouts.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const recorder: Recorder = { record: () => {} };
const double = { dtype: "float64" } as const;

describe("assign", () => {
  test.each(layoutKinds)("overwrites a %s tensor, and its views see it", (kind) => {
    const target = laidOut(device, kind, mixedValues(15), [3, 5]);
    const view = target.transpose();
    const source = laidOut(device, kind, mixedValues(15, 2), [3, 5]);
    assign(target, source);
    expect(valuesOf(target)).toEqual(mixedValues(15, 2));
    expect(nestedOf(view.transpose())).toEqual(nestedOf(source));
  });

  test("leaves what lies around a part alone", () => {
    const x = device.zeros([3, 3]);
    assign(x.slice(0, 1, 2).slice(1, 1, 3), device.tensor([[7, 8]]));
    expect(nestedOf(x)).toEqual([
      [0, 0, 0],
      [0, 7, 8],
      [0, 0, 0],
    ]);
  });

  test("takes a stretched source, itself, single numbers and nothing", () => {
    const x = device.zeros([2, 2]);
    assign(x, device.tensor([1, 2]).expand([2, 2]));
    expect(nestedOf(x)).toEqual([
      [1, 2],
      [1, 2],
    ]);
    assign(x, x);
    expect(nestedOf(x)).toEqual([
      [1, 2],
      [1, 2],
    ]);
    const scalar = device.tensor(1);
    assign(scalar, device.tensor(2));
    expect(nestedOf(scalar)).toBe(2);
    expect(() => assign(device.zeros([0]), device.zeros([0]))).not.toThrow();
  });

  test("gives a matrix its own transpose", () => {
    const x = device.tensor([
      [1, 2],
      [3, 4],
    ]);
    assign(x, x.transpose());
    expect(nestedOf(x)).toEqual([
      [1, 3],
      [2, 4],
    ]);
  });

  test("shifts values within one tensor", () => {
    const x = device.tensor([1, 2, 3, 4]);
    assign(x.slice(0, 1, 4), x.slice(0, 0, 3));
    expect(nestedOf(x)).toEqual([1, 1, 2, 3]);
  });

  test("refuses a stretched target, of which several elements are one", () => {
    const target = device.tensor([1]).expand([2]);
    expect(refusalOf(() => assign(target, device.tensor([1, 2])))).toEqual({
      code: "value",
      message:
        `assign: ${target} is stretched ([2] with strides [0]): several of its elements are one. ` +
        "Change the tensor that it was expanded from.",
    });
  });

  test("refuses another shape, another dtype, and to run while a tape records", () => {
    const x = device.zeros([2, 3], { name: "mean" });
    expect(refusalOf(() => assign(x, device.zeros([3])))).toEqual({
      code: "shape",
      message:
        "assign: the source must be [2, 3] for target [2, 3], got [3]. Reshape or replace one of them.",
    });
    expect(refusalOf(() => assign(x, device.zeros([2, 3], double)))).toEqual({
      code: "dtype",
      message:
        "assign: needs one dtype for all, but target is float32, source is float64. " +
        'Cast: source.cast("float32").',
    });
    const recorded = refusalOf(() => device.recordWith(recorder, () => assign(x, device.ones([2, 3]))));
    expect(recorded.code).toBe("scope");
    expect(recorded.message).toContain(
      'assign: tensor "mean" [2, 3] float32 cannot change while a tape records',
    );
    expect(valuesOf(x)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(() => assign(x, device.ones([2, 3]))).not.toThrow();
  });
});
