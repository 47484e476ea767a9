import { createCpuBackend } from "@gradwerk/backend-cpu";
import { createWasmBackend } from "@gradwerk/backend-wasm";
import type { Backend, DType, View } from "@gradwerk/tensor/backend";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { threaded } from "./support/backends.ts";
import { bufferOf, contentOf, rowMajor } from "./support/views.ts";

/** A view without its buffer: whole numbers fill the buffer, so that every backend computes the same. */
interface Layout {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
  readonly length: number;
}

const dtypes = ["float32", "float64", "int32", "uint8"] as const;

/** A layout of a shape with any strides, among them none, backwards and gaps. */
function layoutOf(shape: readonly number[], strides: readonly number[]): Layout {
  let [low, high] = [0, 0];
  for (const [axis, extent] of shape.entries()) {
    const reach = Math.max(extent - 1, 0) * strides[axis];
    if (reach < 0) low += reach;
    else high += reach;
  }
  return { shape, strides, offset: 3 - low, length: high - low + 7 };
}

const shapes = fc.array(fc.constantFrom(1, 1, 2, 3, 4, 5, 7, 17, 33), { maxLength: 4 });

function stridesOf(shape: readonly number[]): fc.Arbitrary<readonly number[]> {
  const permuted = fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }).chain((order) =>
    fc.tuple(...order.map(() => fc.constantFrom(1, 1, 1, 1, -1, 0))).map((signs) => {
      const strides = shape.map(() => 0);
      let step = 1;
      for (const [i, axis] of order.entries()) {
        strides[axis] = step * signs[i];
        step *= shape[axis];
      }
      return strides;
    }),
  );
  const any = fc.tuple(...shape.map(() => fc.integer({ min: -6, max: 6 })));
  return fc.oneof(fc.constant(rowMajor(shape)), permuted, permuted, any as fc.Arbitrary<number[]>);
}

const layouts = (shape: readonly number[]): fc.Arbitrary<Layout> =>
  stridesOf(shape).map((strides) => layoutOf(shape, strides));

/** Shape, as many input layouts of it as are asked for, and where the result begins. */
const calls = (inputs: number) =>
  shapes.chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      inputs: fc.array(layouts(shape), { minLength: inputs, maxLength: inputs }),
      offset: fc.nat({ max: 5 }),
    }),
  );

const values = (length: number, seed: number): number[] =>
  Array.from({ length }, (_, i) => ((i * 7919 + seed * 104729) % 23) - 3);

const cpu = createCpuBackend();
const tested = new Map<string, Backend>();
beforeAll(async () => {
  tested.set("one thread", await createWasmBackend({ threads: 1 }));
  tested.set("three threads", await createWasmBackend(threaded(3)));
});
afterAll(async () => {
  for (const backend of tested.values()) await backend.dispose();
});

/** Does the same on two backends and compares all that is in the buffers of the results, what lies around them too. */
function expectSame(
  backend: Backend,
  out: readonly [DType, Layout],
  inputs: readonly (readonly [DType, Layout | number[]])[],
  call: (backend: Backend, out: View, inputs: readonly View[]) => void,
): void {
  const results = [cpu, backend].map((each) => {
    const made: View[] = [];
    const viewOf = ([dtype, given]: readonly [DType, Layout | number[]], seed: number): View => {
      const layout = Array.isArray(given) ? layoutOf([given.length], [1]) : given;
      const content = Array.isArray(given) ? [0, 0, 0, ...given, 0, 0, 0, 0] : values(layout.length, seed);
      const view = { ...layout, buffer: bufferOf(each, dtype, content) };
      made.push(view);
      return view;
    };
    const target = viewOf(out, 0);
    call(
      each,
      target,
      inputs.map((given, i) => viewOf(given, i + 1)),
    );
    const content = contentOf(each, target.buffer);
    for (const { buffer } of made) each.free(buffer);
    return content;
  });
  expect(results[1]).toEqual(results[0]);
}

const contiguous = (shape: readonly number[], offset: number): Layout => {
  const layout = layoutOf(shape, rowMajor(shape));
  return { ...layout, offset: layout.offset + offset, length: layout.length + 5 };
};

describe.each(["one thread", "three threads"])(
  "views of any kind, on %s, are read and written as on the cpu by",
  (name) => {
    const backend = (): Backend => tested.get(name) as Backend;
    const runs = { numRuns: 250 };

    test.each(dtypes)("elementwise kernels on %s", (dtype) => {
      fc.assert(
        fc.property(calls(3), ({ shape, inputs: [a, b, c], offset }) => {
          const out = contiguous(shape, offset);
          expectSame(
            backend(),
            [dtype, out],
            [
              [dtype, a],
              [dtype, b],
            ],
            ({ kernels }, y, [x, z]) => kernels.binary([y], [x, z], { op: "sub" }),
          );
          expectSame(
            backend(),
            ["uint8", out],
            [
              [dtype, a],
              [dtype, b],
            ],
            ({ kernels }, y, [x, z]) => kernels.compare([y], [x, z], { op: "le" }),
          );
          expectSame(
            backend(),
            [dtype, out],
            [
              ["uint8", a],
              [dtype, b],
              [dtype, c],
            ],
            ({ kernels }, y, [condition, x, z]) => kernels.where([y], [condition, x, z], {}),
          );
          const other = dtype === "int32" ? "float32" : "int32";
          expectSame(backend(), [other, out], [[dtype, a]], ({ kernels }, y, [x]) =>
            kernels.cast([y], [x], {}),
          );
        }),
        runs,
      );
    });

    test.each(dtypes)("copy and fill on %s", (dtype) => {
      const written = shapes.chain((shape) =>
        fc.record({
          from: layouts(shape),
          // A result repeats nothing: its places are those of a permutation, some of them backwards, with gaps.
          to: fc
            .tuple(
              fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }),
              fc.integer({ min: 1, max: 3 }),
              fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
            )
            .map(([order, gap, backwards]) => {
              const strides = shape.map(() => 0);
              let step = gap;
              for (const axis of order) {
                strides[axis] = backwards[axis] ? -step : step;
                step *= shape[axis];
              }
              return layoutOf(shape, strides);
            }),
        }),
      );
      fc.assert(
        fc.property(written, ({ from, to }) => {
          expectSame(backend(), [dtype, to], [[dtype, from]], ({ kernels }, y, [x]) =>
            kernels.copy([y], [x], {}),
          );
          expectSame(backend(), [dtype, to], [], ({ kernels }, y) => kernels.fill([y], [], { value: 9 }));
        }),
        runs,
      );
    });

    test.each(dtypes)("reductions on %s", (dtype) => {
      const size = fc.constantFrom(1, 2, 3, 5, 8, 17, 40);
      const given = fc
        .tuple(size, size, size)
        .chain((shape) => fc.record({ x: layouts(shape), offset: fc.nat({ max: 5 }) }));
      fc.assert(
        fc.property(given, ({ x, offset }) => {
          const [outer, , inner] = x.shape;
          const out = contiguous([outer, inner], offset);
          for (const op of ["sum", "max", "min"] as const) {
            expectSame(backend(), [dtype, out], [[dtype, x]], ({ kernels }, y, [from]) =>
              kernels.reduce([y], [from], { op }),
            );
          }
          for (const op of ["max", "min"] as const) {
            expectSame(backend(), ["int32", out], [[dtype, x]], ({ kernels }, y, [from]) =>
              kernels.argReduce([y], [from], { op }),
            );
          }
        }),
        runs,
      );
    });

    test.each(dtypes)("rows by their numbers on %s", (dtype) => {
      const given = fc.record({
        rows: fc.integer({ min: 1, max: 9 }),
        width: fc.constantFrom(1, 3, 4, 7, 16, 33, 150),
        gap: fc.nat({ max: 3 }),
        indices: fc.array(fc.integer({ min: -2, max: 10 }), { minLength: 1, maxLength: 20 }),
        offset: fc.nat({ max: 5 }),
      });
      fc.assert(
        fc.property(given, ({ rows, width, gap, indices, offset }) => {
          const count = indices.length;
          const table = layoutOf([rows, width], [width + gap, 1]);
          expectSame(
            backend(),
            [dtype, contiguous([count, width], offset)],
            [
              [dtype, table],
              ["int32", indices],
            ],
            ({ kernels }, y, [x, numbers]) => kernels.gatherRows([y], [x, numbers], {}),
          );
          if (dtype === "uint8") return;
          expectSame(
            backend(),
            [dtype, contiguous([rows, width], offset)],
            [
              ["int32", indices],
              [dtype, contiguous([count, width], 0)],
            ],
            ({ kernels }, y, [numbers, x]) => kernels.scatterAddRows([y], [numbers, x], {}),
          );
        }),
        runs,
      );
    });

    test.each(["float32", "float64"] as const)(
      "products of few rows and any number of columns on %s",
      (dtype) => {
        for (const [m, k] of [
          [1, 5],
          [1, 300],
          [2, 5],
          [121, 3],
        ]) {
          for (let n = 1; n <= 70; n++) {
            const flags = { transposeA: false, transposeB: false, accumulate: n % 3 > 0 };
            const [a, b] = [contiguous([1, m, k], 0), contiguous([1, k, n], 0)];
            expectSame(
              backend(),
              [dtype, contiguous([1, m, n], 2)],
              [
                [dtype, a],
                [dtype, b],
              ],
              ({ kernels }, y, [left, right]) => kernels.matmul([y], [left, right], flags),
            );
          }
        }
      },
    );

    test.each(["float32", "float64"] as const)("products on %s", (dtype) => {
      const size = fc.constantFrom(1, 2, 3, 5, 6, 12, 13, 24, 29, 31, 32, 33, 65, 127);
      const given = fc.record({
        sizes: fc.tuple(size, size, size),
        deep: fc.constantFrom(0, 0, 0, 250, 300),
        batch: fc.constantFrom(1, 1, 2, 5),
        gaps: fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 2 })),
        repeats: fc.tuple(fc.boolean(), fc.boolean()),
        flags: fc.record({ transposeA: fc.boolean(), transposeB: fc.boolean(), accumulate: fc.boolean() }),
        offset: fc.nat({ max: 5 }),
      });
      fc.assert(
        fc.property(given, ({ sizes: [m, n, small], deep, batch, gaps, repeats, flags, offset }) => {
          const k = small + deep;
          const matrices = (rows: number, columns: number, gap: number, repeat: boolean): Layout =>
            layoutOf([batch, rows, columns], [repeat ? 0 : rows * (columns + gap), columns + gap, 1]);
          const a = flags.transposeA
            ? matrices(k, m, gaps[0], repeats[0])
            : matrices(m, k, gaps[0], repeats[0]);
          const b = flags.transposeB
            ? matrices(n, k, gaps[1], repeats[1])
            : matrices(k, n, gaps[1], repeats[1]);
          expectSame(
            backend(),
            [dtype, contiguous([batch, m, n], offset)],
            [
              [dtype, a],
              [dtype, b],
            ],
            ({ kernels }, y, [left, right]) => kernels.matmul([y], [left, right], flags),
          );
        }),
        { numRuns: 120 },
      );
    });
  },
);
