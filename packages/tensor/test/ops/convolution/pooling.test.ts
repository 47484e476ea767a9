import { type AveragePoolOptions, avgPool2d, maxPool2d, type Tensor } from "@gradwerk/tensor";
import { pool2dGradient } from "@gradwerk/tensor/training";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyPooling } from "../../support/any-windows.ts";
import { expectClose } from "../../support/close.ts";
import { laidOut, layoutKinds, mixedValues, nestedOf, valuesOf } from "../../support/layouts.ts";
import { countsOf, imagesOf, naivePool, naivePoolGradient } from "../../support/naive-windows.ts";
import { recordingFused } from "../../support/recording-fused.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const { Infinity: inf, NaN: nan } = globalThis;

const kinds = [
  { name: "maxPool2d", op: "max", run: maxPool2d },
  { name: "avgPool2d", op: "average", run: avgPool2d },
] as const;

describe.each(kinds)("$name", ({ name, op, run }) => {
  test.each(layoutKinds)("takes from each window of %s images, whatever the options", (kind) => {
    fc.assert(
      fc.property(anyPooling, ({ x, size, moves }) => {
        using _scope = device.openScope();
        const y = run(laidOut(device, kind, x.values, x.shape), size, moves);
        const expected = naivePool(x, op, size, moves);
        expect(y.shape).toEqual(expected.shape);
        expectClose(y, expected.values);
      }),
      { numRuns: 60 },
    );
  });

  const image = device.tensor(
    Float32Array.from({ length: 16 }, (_, i) => i),
    { shape: [1, 1, 4, 4] },
  );

  test("moves by its own size unless told otherwise, and takes one number for both directions", () => {
    const expected = op === "max" ? [5, 7, 13, 15] : [2.5, 4.5, 10.5, 12.5];
    expect(valuesOf(run(image, 2))).toEqual(expected);
    expect(valuesOf(run(image, [2, 2], { stride: 2, padding: 0, dilation: 1 }))).toEqual(expected);
    expect(run(image, 3).shape).toEqual([1, 1, 1, 1]);
    expect(run(image, [1, 4]).shape).toEqual([1, 1, 4, 1]);
    expect(run(image, 2, { stride: 1 }).shape).toEqual([1, 1, 3, 3]);
  });

  test("lets NaN into the windows that see it alone", () => {
    const x = device.tensor([[[[1, nan, 3, 4]]]]);
    expect(valuesOf(run(x, [1, 2]))).toEqual([nan, op === "max" ? 4 : 3.5]);
  });

  test("keeps float32, takes stretched images, no batch and no channels", () => {
    const x = device.tensor([2]).reshape([1, 1, 1, 1]).expand([2, 3, 4, 4]);
    const y = run(x, 2);
    expect([y.dtype, y.shape, new Set(valuesOf(y))]).toEqual(["float32", [2, 3, 2, 2], new Set([2])]);
    expect(run(device.zeros([0, 3, 4, 4]), 2).shape).toEqual([0, 3, 2, 2]);
    expect(run(device.zeros([3, 0, 4, 4]), 2).shape).toEqual([3, 0, 2, 2]);
  });

  test("is one op to a recorder, with all its moves", () => {
    const seen: unknown[] = [];
    device.recordWith({ record: ({ op, attributes }) => seen.push([op, attributes]) }, () =>
      run(image, [2, 3], { padding: [1, 0] }),
    );
    expect(seen).toEqual([
      ["pool2d", { op, size: [2, 3], stride: [2, 3], padding: [1, 0], dilation: [1, 1] }],
    ]);
  });

  const cases: [string, () => Tensor, { code: string; message: string }][] = [
    [
      "images with three axes",
      () => run(device.zeros([1, 4, 4]), 2),
      {
        code: "shape",
        message: `${name}: needs images [batch, channels, height, width], got float32 [1, 4, 4]. Reshape or cast first.`,
      },
    ],
    [
      "images without pixels",
      () => run(device.zeros([1, 1, 4, 0]), 2, { padding: 1 }),
      {
        code: "shape",
        message: `${name}: needs images with at least one pixel, got float32 [1, 1, 4, 0]. Leave empty ones out.`,
      },
    ],
    [
      "whole numbers",
      () => run(device.zeros([1, 1, 4, 4], { dtype: "uint8" }), 2),
      {
        code: "dtype",
        message: `${name}: needs float32 or float64, got uint8. Convert first: x.cast("float32").`,
      },
    ],
    [
      "a window of nothing",
      () => run(image, [0, 2]),
      { code: "value", message: `${name}: the window's size must be a whole number from 1 up, got 0.` },
    ],
    [
      "no window's size",
      () => run(image, undefined as never),
      { code: "value", message: `${name}: the window's size must be an array, got undefined.` },
    ],
    [
      "padding of more than half the window",
      () => run(image, 3, { padding: 2 }),
      {
        code: "value",
        message: `${name}: padding 2 x 2 exceeds half of the window 3 x 3: some windows would see padding alone.`,
      },
    ],
    [
      "a stride of 0",
      () => run(image, 2, { stride: 0 }),
      { code: "value", message: `${name}: stride must be a whole number from 1 up, got 0.` },
    ],
    [
      "a window larger than the image",
      () => run(image, 5),
      {
        code: "shape",
        message:
          `${name}: a window of 5 x 5 with dilation 1 x 1 does not fit into [1, 1, 4, 4] with padding 0 x 0. ` +
          "Use a smaller window or more padding.",
      },
    ],
  ];
  test.each(cases)("refuses %s", (_, call, refusal) => {
    expect(refusalOf(call)).toEqual(refusal);
  });
});

describe("padding", () => {
  test("is smaller than any number to maxPool2d, even than minus infinity's company", () => {
    const x = device.full([1, 1, 2, 2], -5);
    expect(valuesOf(maxPool2d(x, 2, { padding: 1 }))).toEqual([-5, -5, -5, -5]);
    expect(valuesOf(maxPool2d(device.full([1, 1, 1, 1], -inf), 2, { padding: 1, stride: 1 }))).toEqual(
      Array(4).fill(-inf),
    );
  });

  test("counts as zeros to avgPool2d unless told otherwise", () => {
    const x = device.full([1, 1, 2, 2], 4);
    const padded: AveragePoolOptions = { padding: 1 };
    expect(valuesOf(avgPool2d(x, 2, padded))).toEqual([1, 1, 1, 1]);
    expect(valuesOf(avgPool2d(x, 2, { ...padded, countsPadding: true }))).toEqual([1, 1, 1, 1]);
    expect(valuesOf(avgPool2d(x, 2, { ...padded, countsPadding: false }))).toEqual([4, 4, 4, 4]);
    const ramp = device.tensor([[[[3, 6, 9]]]]);
    const means = avgPool2d(ramp, [1, 3], { stride: 1, padding: [0, 1], countsPadding: false });
    expect(nestedOf(means)).toEqual([[[[4.5, 6, 7.5]]]]);
  });
});

describe.each(kinds)("pool2dGradient of $name", ({ op }) => {
  test.each(layoutKinds)("lays %s gradients back where the values came from", (kind) => {
    fc.assert(
      fc.property(anyPooling, ({ x, size, moves }) => {
        using _scope = device.openScope();
        const counts = countsOf([x.shape[2], x.shape[3]], size, moves);
        const shape = [x.shape[0], x.shape[1], ...counts] as const;
        const weights = mixedValues(
          shape.reduce((a, b) => a * b, 1),
          4,
        );
        const g = imagesOf(shape, (place) => weights[place]);
        const gradient = pool2dGradient(
          laidOut(device, kind, g.values, g.shape),
          laidOut(device, kind, x.values, x.shape),
          { op, size, ...moves },
        );
        const expected = naivePoolGradient(g, x, op, size, moves);
        expect(gradient.shape).toEqual(x.shape);
        expectClose(gradient, expected.values);
      }),
      { numRuns: 60 },
    );
  });

  test("takes no batch", () => {
    const none = device.zeros([0, 1, 2, 2]);
    const moves = { stride: [2, 2], padding: [0, 0], dilation: [1, 1] } as const;
    expect(pool2dGradient(device.zeros([0, 1, 1, 1]), none, { op, size: [2, 2], ...moves }).shape).toEqual([
      0, 1, 2, 2,
    ]);
  });
});

test("the gradient of maxPool2d goes to the first NaN of a window, as the largest there is", () => {
  const x = device.tensor([[[[1, nan, nan, 9]]]]);
  const attributes = { op: "max", size: [1, 4], stride: [1, 4], padding: [0, 0], dilation: [1, 1] } as const;
  expect(valuesOf(pool2dGradient(device.full([1, 1, 1, 1], 5), x, attributes))).toEqual([0, 5, 0, 0]);
});

test("the gradient of maxPool2d goes to no padding, though an element be minus infinity", () => {
  const x = device.tensor([[[[-inf, -inf]]]]);
  const moves = { stride: [1, 1], padding: [0, 1], dilation: [1, 1] } as const;
  const g = device.tensor([[[[1, 2, 4]]]]);
  expect(valuesOf(pool2dGradient(g, x, { op: "max", size: [1, 2], ...moves }))).toEqual([3, 4]);
});

describe("pooling on a backend that brings it fused", () => {
  const { fused, calls } = recordingFused("pool2d", "pool2dBackward");
  const fusedDevice = strictDevice({ fused });
  const [x, g] = [mixedValues(2 * 3 * 4 * 5), mixedValues(2 * 3 * 2 * 2, 2)];
  const moves = { stride: [2, 2], padding: [0, 1], dilation: [1, 2] } as const;

  test.each(layoutKinds.flatMap((kind) => kinds.map((pooling) => [kind, pooling.name, pooling] as const)))(
    "hands over %s images as %s sees them",
    (kind, _, { op, run }) => {
      calls.length = 0;
      const images = laidOut(fusedDevice, kind, x, [2, 3, 4, 5]);
      const before = fusedDevice.memory().buffers;
      const y = run(images, [2, 3], moves);
      const attributes = { op, size: [2, 3], ...moves };
      expect(calls).toEqual([
        { kernel: "pool2d", out: [[2, 3, 2, 2]], inputs: [[2, 3, 4, 5]], values: [x], attributes },
      ]);
      expect(valuesOf(y)).toEqual(Array(24).fill(42));
      expect(fusedDevice.memory().buffers).toBe(before + 1);
    },
  );

  test.each(layoutKinds)("hands over %s gradients", (kind) => {
    calls.length = 0;
    const attributes = { op: "max", size: [2, 3], ...moves } as const;
    const gradient = pool2dGradient(
      laidOut(fusedDevice, kind, g, [2, 3, 2, 2]),
      laidOut(fusedDevice, kind, x, [2, 3, 4, 5]),
      attributes,
    );
    expect(calls).toEqual([
      {
        kernel: "pool2dBackward",
        out: [[2, 3, 4, 5]],
        inputs: [
          [2, 3, 2, 2],
          [2, 3, 4, 5],
        ],
        values: [g, x],
        attributes,
      },
    ]);
    expect(valuesOf(gradient)).toEqual(Array(120).fill(42));
  });

  test("asks it for the share of each window on the image too, where padding does not count", () => {
    calls.length = 0;
    const y = avgPool2d(fusedDevice.ones([2, 3, 4, 4]), 2, { padding: 1, countsPadding: false });
    expect(calls.map(({ inputs }) => inputs)).toEqual([[[2, 3, 4, 4]], [[1, 1, 4, 4]]]);
    // 42 over 42.
    expect(new Set(valuesOf(y))).toEqual(new Set([1]));
  });

  test("makes the gradient of ops while a recorder watches, so that it can be differentiated again", () => {
    calls.length = 0;
    const attributes = { op: "max", size: [2, 3], ...moves } as const;
    fusedDevice.recordWith({ record: () => {} }, () =>
      pool2dGradient(fusedDevice.ones([2, 3, 2, 2]), fusedDevice.ones([2, 3, 4, 5]), attributes),
    );
    expect(calls).toEqual([]);
  });

  test("does not ask it without a batch", () => {
    calls.length = 0;
    expect(maxPool2d(fusedDevice.zeros([0, 1, 2, 2]), 2).shape).toEqual([0, 1, 1, 1]);
    expect(calls).toEqual([]);
  });
});
