import type { DType, View } from "@gradwerk/tensor/backend";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kernels, outView, rowMajor, viewOf, written } from "./support/views.ts";

interface Sizes {
  readonly batch: number;
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/** Small whole numbers without pattern: their sums are exact in any order. */
function whole(count: number, seed: number): number[] {
  return Array.from({ length: count }, (_, i) => ((i * 7919 + seed * 104729) % 19) - 9);
}

/** A `[batch, rows, columns]` view whose rows lie `gap` elements apart, from the third element of its buffer on. */
function matrices(
  dtype: DType,
  [batch, rows, columns]: readonly number[],
  seed: number,
  gap: number,
  repeats: boolean,
): View {
  const strides = [repeats ? 0 : rows * (columns + gap), columns + gap, 1];
  return viewOf(dtype, whole(2 + batch * rows * (columns + gap), seed), [batch, rows, columns], {
    offset: 2,
    strides,
  });
}

function element(values: number[], view: View, index: readonly number[]): number {
  return values[index.reduce((place, i, axis) => place + i * view.strides[axis], view.offset)];
}

describe("matmul", () => {
  const size = fc.constantFrom(0, 1, 2, 3, 5);
  const sizes = fc.record({ batch: fc.constantFrom(0, 1, 2, 3), m: size, k: size, n: size });
  const flags = fc.record({ transposeA: fc.boolean(), transposeB: fc.boolean(), accumulate: fc.boolean() });
  const layout = fc.record({ gap: fc.nat({ max: 2 }), repeats: fc.boolean() });

  test.each(["float32", "float64"] as const)(
    "is its definition on %s for all sizes, flags and strides",
    (dtype) => {
      fc.assert(
        fc.property(sizes, flags, layout, layout, ({ batch, m, k, n }: Sizes, attributes, left, right) => {
          const aShape = attributes.transposeA ? [batch, k, m] : [batch, m, k];
          const bShape = attributes.transposeB ? [batch, n, k] : [batch, k, n];
          const a = matrices(dtype, aShape, 1, left.gap, left.repeats);
          const b = matrices(dtype, bShape, 2, right.gap, right.repeats);
          const [aValues, bValues] = [whole(a.buffer.length, 1), whole(b.buffer.length, 2)];
          const out = outView(dtype, [batch, m, n]);
          kernels.matmul([out], [a, b], attributes);
          const expected: number[] = [];
          for (let matrix = 0; matrix < batch; matrix++) {
            for (let i = 0; i < m; i++) {
              for (let j = 0; j < n; j++) {
                let sum = attributes.accumulate ? 7 : 0;
                for (let p = 0; p < k; p++) {
                  const x = element(aValues, a, [matrix, ...(attributes.transposeA ? [p, i] : [i, p])]);
                  sum += x * element(bValues, b, [matrix, ...(attributes.transposeB ? [j, p] : [p, j])]);
                }
                expected.push(sum);
              }
            }
          }
          expect(written(out)).toEqual(expected);
        }),
        { numRuns: 500 },
      );
    },
  );

  const plain = { transposeA: false, transposeB: false, accumulate: false };

  test("multiplies rows by columns", () => {
    const out = outView("float64", [1, 2, 2]);
    const a = viewOf("float64", [1, 2, 3, 4, 5, 6], [1, 2, 3]);
    const b = viewOf("float64", [7, 8, 9, 10, 11, 12], [1, 3, 2]);
    kernels.matmul([out], [a, b], plain);
    expect(written(out)).toEqual([58, 64, 139, 154]);
  });

  test("of nothing is zeros; accumulated, it leaves what is there", () => {
    const [a, b] = [viewOf("float64", [], [1, 2, 0]), viewOf("float64", [], [1, 0, 2])];
    const out = outView("float64", [1, 2, 2]);
    kernels.matmul([out], [a, b], { ...plain, accumulate: true });
    expect(written(out)).toEqual([7, 7, 7, 7]);
    kernels.matmul([out], [a, b], plain);
    expect(written(out)).toEqual([0, 0, 0, 0]);
  });

  test("sums float32 products in float64 and passes NaN and infinities through", () => {
    const row = viewOf("float32", [2 ** 24, 1, 1], [1, 1, 3]);
    const ones = { ...viewOf("float32", [1], [1, 3, 1]), strides: [0, 0, 0] };
    const out = outView("float32", [1, 1, 1]);
    kernels.matmul(
      [out],
      [row, { ...ones, buffer: viewOf("float32", [1, 1, 1]).buffer, strides: rowMajor([1, 3, 1]) }],
      plain,
    );
    expect(written(out)).toEqual([2 ** 24 + 2]);
    const [inf, zero] = [
      viewOf("float32", [Number.POSITIVE_INFINITY], [1, 1, 1]),
      viewOf("float32", [0], [1, 1, 1]),
    ];
    kernels.matmul([out], [inf, zero], plain);
    expect(written(out)).toEqual([Number.NaN]);
  });
});
