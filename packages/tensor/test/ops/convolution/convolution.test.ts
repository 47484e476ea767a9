import { conv1d, conv2d, convTranspose2d, type Device, type Tensor } from "@gradwerk/tensor";
import { conv2dWeightGradient } from "@gradwerk/tensor/training";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyConvolution } from "../../support/any-windows.ts";
import { expectClose } from "../../support/close.ts";
import { laidOut, layoutKinds, mixedValues, nestedOf, valuesOf } from "../../support/layouts.ts";
import { countsOf, type Images, naiveConvolution } from "../../support/naive-windows.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();

function on(given: Device, kind: (typeof layoutKinds)[number], { values, shape }: Images): Tensor {
  return laidOut(given, kind, values, shape);
}

describe.each(layoutKinds)("of %s tensors", (kind) => {
  test("conv2d is the sum over each window, whatever the options", () => {
    fc.assert(
      fc.property(anyConvolution, ({ x, w, y, moves, groups }) => {
        using _scope = device.openScope();
        const result = conv2d(on(device, kind, x), on(device, kind, w), { ...moves, groups });
        expect(result.shape).toEqual(y.shape);
        expectClose(result, naiveConvolution(x, w, y, moves, groups, "y").values);
      }),
      { numRuns: 60 },
    );
  });

  test("convTranspose2d paints each element's kernel, whatever the options", () => {
    fc.assert(
      fc.property(anyConvolution, ({ x, w, y, moves, groups }) => {
        using _scope = device.openScope();
        // What the smallest result lacks of x, whose last rows and columns no window may have reached.
        const outputPadding = [0, 1].map((i) => {
          const reach = moves.dilation[i] * (w.shape[2 + i] - 1) + 1;
          return x.shape[2 + i] + 2 * moves.padding[i] - reach - (y.shape[2 + i] - 1) * moves.stride[i];
        });
        const options = { ...moves, groups, outputPadding: [outputPadding[0], outputPadding[1]] } as const;
        const result = convTranspose2d(on(device, kind, y), on(device, kind, w), options);
        expect(result.shape).toEqual(x.shape);
        expectClose(result, naiveConvolution(x, w, y, moves, groups, "x").values);
      }),
      { numRuns: 60 },
    );
  });

  test("conv2dWeightGradient is how each weight met x and g, whatever the options", () => {
    fc.assert(
      fc.property(anyConvolution, ({ x, w, y, moves, groups }) => {
        using _scope = device.openScope();
        const attributes = { ...moves, groups };
        const result = conv2dWeightGradient(on(device, kind, y), on(device, kind, x), w.shape, attributes);
        expect(result.shape).toEqual(w.shape);
        expectClose(result, naiveConvolution(x, w, y, moves, groups, "w").values);
      }),
      { numRuns: 60 },
    );
  });

  test("conv1d is the sum over each stretch of a line", () => {
    const [x, w, bias] = [mixedValues(2 * 4 * 9), mixedValues(6 * 2 * 3, 2), mixedValues(6, 3)];
    const options = { stride: 2, padding: 2, dilation: 2, groups: 2 };
    const y = conv1d(laidOut(device, kind, x, [2, 4, 9]), laidOut(device, kind, w, [6, 2, 3]), {
      ...options,
      bias: laidOut(device, kind, bias, [6]),
    });
    const moves = { stride: [1, 2], padding: [0, 2], dilation: [1, 2] } as const;
    const [, count] = countsOf([1, 9], [1, 3], moves);
    const expected = naiveConvolution(
      { values: x, shape: [2, 4, 1, 9] },
      { values: w, shape: [6, 2, 1, 3] },
      { values: Array(2 * 6 * count).fill(1), shape: [2, 6, 1, count] },
      moves,
      2,
      "y",
    ).values;
    expect(y.shape).toEqual([2, 6, count]);
    expectClose(
      y,
      expected.map((sum, i) => sum + bias[Math.floor(i / count) % 6]),
    );
  });
});

describe("a convolution", () => {
  const image = device.tensor([
    [
      [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ],
    ],
  ]);

  test("moves by 1 without padding, dilation, groups and bias unless told otherwise", () => {
    const y = conv2d(image, device.tensor([[[[1, 10]]]]));
    expect(nestedOf(y)).toEqual([
      [
        [
          [21, 32],
          [54, 65],
          [87, 98],
        ],
      ],
    ]);
    expect(nestedOf(conv1d(device.tensor([[[1, 2, 3]]]), device.tensor([[[1, 10]]])))).toEqual([[[21, 32]]]);
  });

  test("takes one number for both directions", () => {
    const weight = device.ones([1, 1, 2, 2]);
    const [one, two] = [
      { stride: 2, padding: 1, dilation: 1 },
      { stride: [2, 2], padding: [1, 1] },
    ] as const;
    expect(nestedOf(conv2d(image, weight, one))).toEqual([
      [
        [
          [1, 5],
          [11, 28],
        ],
      ],
    ]);
    expect(valuesOf(conv2d(image, weight, two))).toEqual([1, 5, 11, 28]);
  });

  test("adds one bias per output channel, in both directions", () => {
    const [x, bias] = [device.ones([2, 1, 1, 1]), device.tensor([10, 20])];
    const weight = device.tensor([[[[1]]], [[[2]]]]);
    expect(valuesOf(conv2d(x, weight, { bias }))).toEqual([11, 22, 11, 22]);
    const y = convTranspose2d(x, device.tensor([[[[1]], [[2]]]]), { bias });
    expect(valuesOf(y)).toEqual([11, 22, 11, 22]);
  });

  test("gives the wider of two floats, and of whole numbers beside a float that float", () => {
    const [x, weight] = [device.ones([1, 1, 2, 2]), device.ones([1, 1, 1, 1], { dtype: "float64" })];
    for (const op of [conv2d, convTranspose2d]) {
      expect(op(x, weight).dtype).toBe("float64");
      expect(op(weight, device.ones([1, 1, 1, 1], { dtype: "uint8" })).dtype).toBe("float64");
    }
  });

  test("lets NaN and infinities into the windows that see them alone", () => {
    const x = device.tensor([[[[Number.NaN, 1, 1, Number.POSITIVE_INFINITY]]]]);
    expect(valuesOf(conv2d(x, device.ones([1, 1, 1, 2])))).toEqual([Number.NaN, 2, Number.POSITIVE_INFINITY]);
  });

  test("takes stretched images and kernels", () => {
    const x = device.tensor([2]).reshape([1, 1, 1, 1]).expand([2, 3, 4, 4]);
    const weight = device.tensor([0.5]).reshape([1, 1, 1, 1]).expand([5, 3, 2, 2]);
    const y = conv2d(x, weight);
    expect([y.shape, new Set(valuesOf(y))]).toEqual([[2, 5, 3, 3], new Set([12])]);
  });

  test("is zeros where there are no channels to sum over, and nothing without a batch or outputs", () => {
    const y = conv2d(device.zeros([2, 0, 3, 3]), device.zeros([4, 0, 2, 2]));
    expect([y.shape, new Set(valuesOf(y))]).toEqual([[2, 4, 2, 2], new Set([0])]);
    expect(conv2d(device.zeros([0, 1, 3, 3]), device.zeros([4, 1, 2, 2])).shape).toEqual([0, 4, 2, 2]);
    expect(conv2d(device.zeros([2, 1, 3, 3]), device.zeros([0, 1, 2, 2])).shape).toEqual([2, 0, 2, 2]);
    const x = convTranspose2d(device.zeros([2, 0, 3, 3]), device.zeros([0, 4, 2, 2]));
    expect([x.shape, new Set(valuesOf(x))]).toEqual([[2, 4, 4, 4], new Set([0])]);
  });

  test("is one op to a recorder, after images and kernels have one dtype", () => {
    const seen: unknown[] = [];
    device.recordWith({ record: ({ op, attributes }) => seen.push([op, attributes]) }, () =>
      conv2d(image, device.ones([1, 1, 2, 2], { dtype: "float64" }), { padding: 1 }),
    );
    const moves = { stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: 1 };
    expect(seen).toEqual([
      ["cast", { dtype: "float64" }],
      ["conv2d", moves],
    ]);
    seen.length = 0;
    device.recordWith({ record: ({ op, attributes }) => seen.push([op, attributes]) }, () =>
      convTranspose2d(image, device.ones([1, 1, 2, 2]), { stride: 2, outputPadding: [1, 0] }),
    );
    expect(seen).toEqual([
      ["convTranspose2d", { ...moves, stride: [2, 2], padding: [0, 0], outputPadding: [1, 0] }],
    ]);
  });
});
