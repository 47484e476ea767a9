import { conv1d, conv2d, convTranspose2d, type Tensor } from "@gradwerk/tensor";
import { conv2dWeightGradient } from "@gradwerk/tensor/training";
import { describe, expect, test } from "vitest";
import { laidOut, layoutKinds, mixedValues, valuesOf } from "../../support/layouts.ts";
import { recordingFused } from "../../support/recording-fused.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const { fused, calls } = recordingFused("conv2d", "conv2dBackwardInput", "conv2dBackwardWeight");
const device = strictDevice({ fused });

// x [2, 4, 5, 6] * w [6, 2, 3, 2] in two groups is y [2, 6, 3, 6].
const shapes = { x: [2, 4, 5, 6], w: [6, 2, 3, 2], y: [2, 6, 3, 6] } as const;
const moves = { stride: [2, 1], padding: [1, 1], dilation: [1, 2] } as const;
const options = { ...moves, groups: 2 };
const numbers = Object.fromEntries(
  Object.entries(shapes).map(([name, shape]) => [
    name,
    mixedValues(shape.reduce((a: number, b: number) => a * b, 1)),
  ]),
);
const given = (kind: (typeof layoutKinds)[number], name: keyof typeof shapes): Tensor =>
  laidOut(device, kind, numbers[name], shapes[name]);

describe.each(layoutKinds)("of %s tensors", (kind) => {
  const rows = [
    {
      kernel: "conv2d",
      from: ["x", "w"],
      to: "y",
      attributes: { ...options, activation: "none" },
      run: (x: Tensor, w: Tensor) => conv2d(x, w, options),
    },
    {
      kernel: "conv2dBackwardInput",
      from: ["y", "w"],
      to: "x",
      attributes: options,
      run: (y: Tensor, w: Tensor) => convTranspose2d(y, w, { ...options, outputPadding: 0 }),
    },
    {
      kernel: "conv2dBackwardWeight",
      from: ["y", "x"],
      to: "w",
      attributes: options,
      run: (g: Tensor, x: Tensor) => conv2dWeightGradient(g, x, shapes.w, options),
    },
  ] as const;

  test.each(rows)(
    "$kernel gets contiguous views, the moves and the groups",
    ({ kernel, from, to, attributes, run }) => {
      calls.length = 0;
      const [a, b] = from.map((name) => given(kind, name));
      const before = device.memory().buffers;
      const result = run(a, b);
      expect(calls).toEqual([
        {
          kernel,
          out: [shapes[to]],
          inputs: from.map((name) => shapes[name]),
          values: from.map((name) => numbers[name]),
          attributes,
        },
      ]);
      expect([result.shape, new Set(valuesOf(result))]).toEqual([shapes[to], new Set([42])]);
      expect(device.memory().buffers).toBe(before + 1);
    },
  );
});

test("conv1d comes as images of height 1, and its bias goes along", () => {
  calls.length = 0;
  const y = conv1d(device.ones([1, 2, 5]), device.ones([3, 2, 2]), {
    padding: 1,
    bias: device.tensor([1, 2, 3]),
  });
  expect(calls).toMatchObject([
    {
      out: [[1, 3, 1, 6]],
      inputs: [[1, 2, 1, 5], [3, 2, 1, 2], [3]],
      attributes: { stride: [1, 1], padding: [0, 1], dilation: [1, 1], groups: 1, activation: "none" },
    },
  ]);
  expect(calls[0].values[2]).toEqual([1, 2, 3]);
  expect(valuesOf(y)).toEqual(Array(18).fill(42));
});

test("output padding is part of the destination's shape alone", () => {
  calls.length = 0;
  const y = convTranspose2d(device.ones([1, 1, 2, 2]), device.ones([1, 1, 2, 2]), {
    stride: 2,
    outputPadding: [1, 0],
  });
  expect(y.shape).toEqual([1, 1, 5, 4]);
  expect(calls[0].attributes).toEqual({ stride: [2, 2], padding: [0, 0], dilation: [1, 1], groups: 1 });
});

describe("the kernels are left aside", () => {
  test("by conv2dWeightGradient while a recorder watches, so that it can be differentiated again", () => {
    calls.length = 0;
    const seen: string[] = [];
    device.recordWith({ record: ({ op }) => seen.push(op) }, () =>
      conv2dWeightGradient(given("contiguous", "y"), given("contiguous", "x"), shapes.w, options),
    );
    expect(calls.map(({ kernel }) => kernel)).toEqual(["conv2d"]);
    expect(seen).toContain("conv2d");
  });

  test("where an input is empty: the result is zeros", () => {
    calls.length = 0;
    const empty = conv2d(device.zeros([1, 0, 2, 2]), device.zeros([1, 0, 1, 1]));
    const painted = convTranspose2d(device.zeros([1, 0, 2, 2]), device.zeros([0, 1, 1, 1]));
    const none = device.zeros([0, 1, 2, 2]);
    const gradient = conv2dWeightGradient(none, none, [1, 1, 1, 1], {
      stride: [1, 1],
      padding: [0, 0],
      dilation: [1, 1],
      groups: 1,
    });
    expect([empty, painted, gradient].flatMap(valuesOf)).toEqual(Array(9).fill(0));
    expect(calls).toEqual([]);
  });
});
