import { assign, type Recorder, sgdUpdate, type Tensor } from "@gradwerk/tensor";
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
    const { code, message } = refusalOf(() => assign(target, device.tensor([1, 2])));
    expect(code).toBe("value");
    expect(message).toContain("assign:");
  });

  test("refuses another shape, another dtype, and to run while a tape records", () => {
    const x = device.zeros([2, 3], { name: "mean" });
    expect(refusalOf(() => assign(x, device.zeros([3])))).toEqual({
      code: "shape",
      message: "assign: the target has shape [2, 3], the source [3]. They must be equal.",
    });
    expect(refusalOf(() => assign(x, device.zeros([2, 3], double)))).toEqual({
      code: "dtype",
      message: "assign: the target is float32, the source float64. Cast the source.",
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

describe("sgdUpdate", () => {
  const rate = device.full([], 0.5, double);

  test.each(layoutKinds.flatMap((w) => layoutKinds.map((g) => [w, g] as const)))(
    "moves %s weights against a %s gradient",
    (weightKind, gradientKind) => {
      const [w, g] = [mixedValues(35), mixedValues(35, 2)];
      const weight = laidOut(device, weightKind, w, [5, 7]);
      const before = device.memory().buffers;
      const gradient = laidOut(device, gradientKind, g, [5, 7]);
      sgdUpdate(weight, gradient, rate);
      expect(valuesOf(weight)).toEqual(w.map((value, i) => value - 0.5 * g[i]));
      expect(valuesOf(gradient)).toEqual(g);
      expect(device.memory().buffers).toBe(before + 1);
    },
  );

  test("rounds twice in float32, like NumPy's w -= rate * g", () => {
    const [w, g, learningRate] = [mixedValues(50), mixedValues(50, 2), Math.fround(0.1)].map((x) =>
      Array.isArray(x) ? x.map(Math.fround) : x,
    ) as [number[], number[], number];
    const weight = device.tensor(w);
    sgdUpdate(weight, device.tensor(g), device.full([], 0.1));
    expect(valuesOf(weight)).toEqual(
      w.map((value, i) => Math.fround(value - Math.fround(learningRate * g[i]))),
    );
  });

  test("takes a stretched gradient, the weight itself, and a number that is part of another tensor", () => {
    const weight = device.tensor(Float64Array.of(8, 4));
    sgdUpdate(weight, device.tensor(Float64Array.of(2)).expand([2]), rate);
    expect(valuesOf(weight)).toEqual([7, 3]);
    sgdUpdate(weight, weight, rate);
    expect(valuesOf(weight)).toEqual([3.5, 1.5]);
    const rates = device.tensor(Float64Array.of(0, 0.25));
    sgdUpdate(weight, device.ones([2], double), rates.slice(0, 1, 2).reshape([]));
    expect(valuesOf(weight)).toEqual([3.25, 1.25]);
  });

  test("refuses stretched weights, of which several elements are one", () => {
    const weight = device.ones([1], double).expand([2]);
    expect(refusalOf(() => sgdUpdate(weight, device.ones([2], double), rate)).code).toBe("value");
  });

  test("refuses other shapes, other dtypes, whole numbers, and to run while a tape records", () => {
    const weight = device.ones([2], double);
    const refused = (w: Tensor, g: Tensor, r: Tensor): string => {
      const { code, message } = refusalOf(() => sgdUpdate(w, g, r));
      return `${code} ${message}`;
    };
    expect(refused(weight, device.ones([3], double), rate)).toContain(
      "shape sgdUpdate: weight [2] and gradient [3] must have one shape",
    );
    expect(refused(weight, weight, rate.reshape([1]))).toContain("the learning rate none, got [1]");
    expect(refused(weight, device.ones([2]), rate)).toContain(
      "dtype sgdUpdate: weight is float64, gradient float32",
    );
    const whole = device.ones([2], { dtype: "int32" });
    expect(refused(whole, whole, whole)).toContain("dtype sgdUpdate: needs float32 or float64, got int32");
    const recorded = refusalOf(() => device.recordWith(recorder, () => sgdUpdate(weight, weight, rate)));
    expect(recorded.code).toBe("scope");
    expect(recorded.message).toContain("Update after the gradients are taken.");
    expect(valuesOf(weight)).toEqual([1, 1]);
  });
});

describe("sgdUpdate on a backend that brings it fused", () => {
  const strides: string[] = [];
  const fusedDevice = strictDevice({
    fused: {
      sgdUpdate([weight], [gradient, learningRate], attributes) {
        strides.push(`[${weight.strides}] [${gradient.strides}] [${learningRate.shape}]`);
        expect(attributes).toEqual({ momentum: 0, nesterov: false, weightDecay: 0 });
        fusedDevice.backend.kernels.fill([weight], [], { value: 42 });
      },
    },
  });

  test.each(layoutKinds)("uses it with a %s gradient made contiguous", (kind) => {
    strides.length = 0;
    const weight = fusedDevice.zeros([3, 5], double);
    const gradient = laidOut(fusedDevice, kind, mixedValues(15), [3, 5]);
    const before = fusedDevice.memory().buffers;
    sgdUpdate(weight, gradient, fusedDevice.full([], 0.5, double));
    expect(strides).toEqual(["[5,1] [5,1] []"]);
    expect(valuesOf(weight)).toEqual(new Array<number>(15).fill(42));
    expect(fusedDevice.memory().buffers).toBe(before + 1);
  });

  test("gives it no input that lies on the weights, which it overwrites", () => {
    const overlaps: boolean[] = [];
    const watched = strictDevice({
      fused: {
        sgdUpdate: ([weight], inputs) => overlaps.push(inputs.some(({ buffer }) => buffer === weight.buffer)),
      },
    });
    const weight = watched.ones([4], double);
    sgdUpdate(weight, weight, watched.full([], 0.5, double));
    sgdUpdate(weight, watched.ones([4], double), weight.slice(0, 0, 1).reshape([]));
    expect(overlaps.filter((overlap) => overlap)).toEqual([]);
  });

  test("leaves it aside for weights that are not contiguous", () => {
    strides.length = 0;
    const weight = fusedDevice.ones([3, 5], double).transpose();
    sgdUpdate(weight, fusedDevice.ones([5, 3], double), fusedDevice.full([], 0.5, double));
    expect(strides).toEqual([]);
    expect(valuesOf(weight)).toEqual(new Array<number>(15).fill(0.5));
  });
});
