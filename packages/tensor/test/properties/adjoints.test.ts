import {
  avgPool2d,
  conv2d,
  convTranspose2d,
  embedding,
  gatherRows,
  oneHot,
  scatterAdd,
  scatterAddRows,
  type Tensor,
  takeAlong,
} from "@gradwerk/tensor";
import { conv2dWeightGradient, pool2dGradient } from "@gradwerk/tensor/training";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyTensor, made } from "../support/any-tensor.ts";
import { anyConvolution, anyPooling } from "../support/any-windows.ts";
import { expectClose } from "../support/close.ts";
import { mixedValues, valuesOf } from "../support/layouts.ts";
import { strictDevice } from "../support/strict-backend.ts";

const device = strictDevice();

/** The sum of products of two tensors of one shape. */
function inner(a: Tensor, b: Tensor): number {
  expect(a.shape).toEqual(b.shape);
  return valuesOf(a.mul(b).sum())[0];
}

function numbers(shape: readonly number[], seed: number): Tensor {
  return device.tensor(
    Float64Array.from(
      mixedValues(
        shape.reduce((a, b) => a * b, 1),
        seed,
      ),
    ),
    { shape },
  );
}

/** Whole numbers below `end` in this shape. */
function picks(shape: readonly number[], end: number, seed: number): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const whole = mixedValues(size, seed).map((value) => Math.floor(Math.abs(value) * 1000) % end);
  return device.tensor(Int32Array.from(whole), { shape });
}

// An op and its transpose give the same sum of products, whichever side they act on.
describe("what gathers and what scatters are each other's transpose", () => {
  test("conv2d, convTranspose2d and conv2dWeightGradient", () => {
    fc.assert(
      fc.property(anyConvolution, (given) => {
        using _scope = device.openScope();
        const { moves, groups } = given;
        const [x, w, y] = [given.x, given.w, given.y].map(({ values, shape }) =>
          device.tensor(Float64Array.from(values), { shape }),
        );
        const forward = inner(conv2d(x, w, { ...moves, groups }), y);
        const outputPadding = [0, 1].map((i) => {
          const reach = moves.dilation[i] * (w.shape[2 + i] - 1) + 1;
          return x.shape[2 + i] + 2 * moves.padding[i] - reach - (y.shape[2 + i] - 1) * moves.stride[i];
        });
        const options = { ...moves, groups, outputPadding: [outputPadding[0], outputPadding[1]] } as const;
        const byWeight = conv2dWeightGradient(y, x, w.shape, { ...moves, groups });
        expectClose(
          [inner(x, convTranspose2d(y, w, options)), inner(w, byWeight)],
          [forward, forward],
          1e-12,
        );
      }),
      { numRuns: 150 },
    );
  });

  test("avgPool2d and its gradient", () => {
    fc.assert(
      fc.property(anyPooling, ({ x: given, size, moves }) => {
        using _scope = device.openScope();
        const x = numbers(given.shape, 1);
        const pooled = avgPool2d(x, size, moves);
        const y = numbers(pooled.shape, 3);
        const back = pool2dGradient(y, x, { op: "average", size, ...moves });
        expectClose([inner(x, back)], [inner(pooled, y)], 1e-12);
      }),
    );
  });

  test("takeAlong and scatterAdd", () => {
    fc.assert(
      fc.property(anyTensor({ minRank: 1, minExtent: 1 }), fc.nat(), (given, choice) => {
        using _scope = device.openScope();
        const x = made(device, given);
        const axis = choice % x.rank;
        const shape = x.shape.with(axis, choice % 6);
        const [indices, y] = [picks(shape, x.shape[axis], choice % 99), numbers(shape, 2)];
        const zeros = device.zeros(x.shape, { dtype: "float64" });
        const back = scatterAdd(zeros, indices, y, axis);
        expectClose([inner(x, back)], [inner(takeAlong(x, indices, axis), y)], 1e-12);
      }),
    );
  });

  test("gatherRows and scatterAddRows", () => {
    fc.assert(
      fc.property(anyTensor({ minRank: 1, minExtent: 1 }), fc.nat({ max: 7 }), (given, count) => {
        using _scope = device.openScope();
        const table = made(device, given);
        const indices = picks([count], table.shape[0], 4);
        const y = numbers([count, ...table.shape.slice(1)], 5);
        const zeros = device.zeros(table.shape, { dtype: "float64" });
        expectClose(
          [inner(table, scatterAddRows(zeros, indices, y))],
          [inner(gatherRows(table, indices), y)],
          1e-12,
        );
      }),
    );
  });
});

describe("the same two ways", () => {
  test("an embedding is the product of single ones with the table", () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 6 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        (count, tokens, width) => {
          using _scope = device.openScope();
          const [indices, table] = [picks([count], tokens, 6), numbers([tokens, width], 7)];
          const product = oneHot(indices, tokens, { dtype: "float64" }).matmul(table);
          expectClose(embedding(indices, table), valuesOf(product), 0);
        },
      ),
    );
  });

  test("a convolution with a kernel of one pixel is a product of matrices", () => {
    const [x, w] = [numbers([2, 3, 4, 5], 1), numbers([6, 3], 2)];
    const pixels = x.permute([0, 2, 3, 1]).matmul(w.transpose());
    const y = conv2d(x, w.reshape([6, 3, 1, 1]));
    expectClose(y, valuesOf(pixels.permute([0, 3, 1, 2])));
  });

  test("a transposed product is the product of the transposed the other way round", () => {
    fc.assert(
      fc.property(fc.nat({ max: 4 }), fc.nat({ max: 4 }), fc.nat({ max: 4 }), (m, k, n) => {
        using _scope = device.openScope();
        const [a, b] = [numbers([m, k], 1), numbers([k, n], 2)];
        const expected = valuesOf(b.transpose().matmul(a.transpose()));
        expectClose(a.matmul(b).transpose(), expected);
      }),
    );
  });
});
