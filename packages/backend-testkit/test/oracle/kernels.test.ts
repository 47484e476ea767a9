import { createCpuBackend } from "@gradwerk/backend-cpu";
import type { DType } from "@gradwerk/tensor/backend";
import { binaryKernelOps, compareKernelOps, unaryKernelOps } from "@gradwerk/tensor/backend";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arrayOf, type KernelCall, runCall, type ViewSpec } from "../../src/kernel-call.ts";
import { createOracleBackend } from "../../src/oracle/oracle-backend.ts";
import { elementsAt, placesOf } from "../../src/oracle/places.ts";
import { binaryUlps, compareAll, ulp, unaryUlps } from "../../src/tolerance.ts";
import { type InputLayout, inputLayouts, inputView, outputView } from "../../src/views.ts";

const oracle = createOracleBackend();

function view(dtype: DType, values: readonly number[], shape: readonly number[] = [values.length]): ViewSpec {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  return { dtype, content: arrayOf(dtype, values), offset: 0, shape, strides };
}

async function resultOf(
  kernel: KernelCall["kernel"],
  out: ViewSpec,
  inputs: readonly ViewSpec[],
  attributes: object = {},
): Promise<number[]> {
  const outcome = await runCall(oracle, { kernel, out, inputs, attributes });
  return [...outcome.out];
}

const of = (count: number, dtype: DType = "float64"): ViewSpec => view(dtype, new Array(count).fill(0));

describe("the oracle, by hand", () => {
  it("fills and copies along strides", async () => {
    expect(await resultOf("fill", { ...of(4), shape: [2], strides: [2] }, [], { value: 7 })).toEqual([
      7, 0, 7, 0,
    ]);
    const transposed = { ...view("float64", [1, 2, 3, 4, 5, 6]), shape: [3, 2], strides: [1, 3] };
    expect(await resultOf("copy", view("float64", [0, 0, 0, 0, 0, 0], [3, 2]), [transposed])).toEqual([
      1, 4, 2, 5, 3, 6,
    ]);
  });

  it("truncates and holds within the range when it casts to integers", async () => {
    const x = view("float64", [1.9, -1.9, 300, -5, Number.NaN, 1e20]);
    expect(await resultOf("cast", of(6, "int32"), [x])).toEqual([1, -1, 300, -5, 0, 2147483647]);
    expect(await resultOf("cast", of(6, "uint8"), [x])).toEqual([1, 0, 255, 0, 0, 255]);
    expect(await resultOf("cast", of(2, "uint8"), [view("int32", [-1, 258])])).toEqual([255, 2]);
    expect(await resultOf("cast", of(1, "float32"), [view("float64", [1 + 2 ** -24])])).toEqual([1]);
  });

  it("rounds halves to even, and keeps the sign of what rounds to 0", async () => {
    const x = view("float64", [0.5, 1.5, 2.5, -0.5, -1.5, 0.49999999999999994, 2251799813685249.5]);
    expect(await resultOf("unary", of(7), [x], { op: "round" })).toEqual([
      0, 2, 2, -0, -2, 0, 2251799813685250,
    ]);
  });

  it("wraps integers, of negation and of products too large for a float64", async () => {
    const x = view("int32", [-(2 ** 31), 123456789, 65536]);
    expect(await resultOf("unary", of(3, "int32"), [x], { op: "neg" })).toEqual([
      -(2 ** 31),
      -123456789,
      -65536,
    ]);
    const y = view("int32", [3, 987654321, 65536]);
    // 123456789 * 987654321 = 121932631112635269, which is 28389653 * 2^32 - 67153019.
    expect(await resultOf("binary", of(3, "int32"), [x, y], { op: "mul" })).toEqual([
      -(2 ** 31),
      -67153019,
      0,
    ]);
    expect(
      await resultOf("binary", of(1, "uint8"), [view("uint8", [200]), view("uint8", [100])], { op: "add" }),
    ).toEqual([44]);
  });

  it("treats int32 as 32 bits where random words ask for it", async () => {
    const [x, y] = [view("int32", [-1, -1]), view("int32", [-1, 2])];
    expect(await resultOf("binary", of(2, "int32"), [x, y], { op: "xor" })).toEqual([0, -3]);
    // (2^32 - 1)^2 = (2^32 - 2) 2^32 + 1, and 2 (2^32 - 1) = 2^32 + (2^32 - 2).
    expect(await resultOf("binary", of(2, "int32"), [x, y], { op: "mulHigh" })).toEqual([-2, 1]);
    expect(
      await resultOf("binary", of(1, "int32"), [view("int32", [-1]), view("int32", [28])], {
        op: "shiftRight",
      }),
    ).toEqual([15]);
  });

  it("has the power function of IEEE 754", async () => {
    const infinity = Number.POSITIVE_INFINITY;
    const [a, b] = [
      view("float64", [1, -1, Number.NaN, 2, -8]),
      view("float64", [Number.NaN, infinity, 0, -1, 1 / 3]),
    ];
    expect(await resultOf("binary", of(5), [a, b], { op: "pow" })).toEqual([1, 1, 1, 0.5, Number.NaN]);
  });

  it("compares NaN with nothing and chooses by what is not 0", async () => {
    const [a, b] = [view("float64", [1, Number.NaN, -0]), view("float64", [2, Number.NaN, 0])];
    expect(await resultOf("compare", of(3, "uint8"), [a, b], { op: "eq" })).toEqual([0, 0, 1]);
    expect(await resultOf("compare", of(3, "uint8"), [a, b], { op: "ne" })).toEqual([1, 1, 0]);
    expect(await resultOf("compare", of(3, "uint8"), [a, b], { op: "le" })).toEqual([1, 0, 1]);
    expect(await resultOf("where", of(3), [view("uint8", [1, 0, 255]), a, b])).toEqual([1, Number.NaN, -0]);
  });

  it("reduces the middle axis", async () => {
    const x = view("float64", [1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]);
    expect(await resultOf("reduce", of(4), [x], { op: "sum" })).toEqual([4, 6, 12, 14]);
    expect(await resultOf("reduce", of(4), [x], { op: "prod" })).toEqual([3, 8, 35, 48]);
    expect(await resultOf("reduce", of(4), [x], { op: "max" })).toEqual([3, 4, 7, 8]);
    expect(
      await resultOf("reduce", of(1), [view("float64", [2, Number.NaN, 1], [1, 3, 1])], { op: "min" }),
    ).toEqual([Number.NaN]);
    const none = view("float64", [], [1, 0, 1]);
    expect(await resultOf("reduce", of(1), [none], { op: "sum" })).toEqual([0]);
    expect(await resultOf("reduce", of(1), [none], { op: "prod" })).toEqual([1]);
    // 3 * 2^31 is -2^31, and 65536^3 is 0, in 32 bits.
    expect(
      await resultOf(
        "reduce",
        of(1, "int32"),
        [view("int32", [-(2 ** 31), -(2 ** 31), -(2 ** 31)], [1, 3, 1])],
        { op: "sum" },
      ),
    ).toEqual([-(2 ** 31)]);
    expect(
      await resultOf("reduce", of(1, "int32"), [view("int32", [65536, 65536, 65536], [1, 3, 1])], {
        op: "prod",
      }),
    ).toEqual([0]);
  });

  it("finds the first of equals, and the first NaN before all", async () => {
    const x = view("float64", [1, 3, 3, 0, 0, 2], [2, 3, 1]);
    expect(await resultOf("argReduce", of(2, "int32"), [x], { op: "max" })).toEqual([1, 2]);
    expect(await resultOf("argReduce", of(2, "int32"), [x], { op: "min" })).toEqual([0, 0]);
    const strange = view("float64", [9, Number.NaN, Number.NaN], [1, 3, 1]);
    expect(await resultOf("argReduce", of(1, "int32"), [strange], { op: "min" })).toEqual([1]);
  });

  it("multiplies matrices as they lie, transposed and added on", async () => {
    const [a, b] = [view("float64", [1, 2, 3, 4], [1, 2, 2]), view("float64", [5, 6, 7, 8], [1, 2, 2])];
    const product = (transposeA: boolean, transposeB: boolean, before?: readonly number[]) =>
      resultOf("matmul", view("float64", before ?? [9, 9, 9, 9], [1, 2, 2]), [a, b], {
        transposeA,
        transposeB,
        accumulate: before !== undefined,
      });
    expect(await product(false, false)).toEqual([19, 22, 43, 50]);
    expect(await product(true, false)).toEqual([26, 30, 38, 44]);
    expect(await product(false, true)).toEqual([17, 23, 39, 53]);
    expect(await product(true, true)).toEqual([23, 31, 34, 46]);
    expect(await product(false, false, [1, 1, 1, 1])).toEqual([20, 23, 44, 51]);
  });

  it("gathers and scatters rows, and passes over what is not there", async () => {
    const table = view("float64", [1, 2, 3, 4, 5, 6], [3, 2]);
    const indices = view("int32", [2, -1, 0, 3]);
    expect(
      await resultOf("gatherRows", view("float64", new Array(8).fill(9), [4, 2]), [table, indices]),
    ).toEqual([5, 6, 0, 0, 1, 2, 0, 0]);
    const rows = view("float64", [10, 20, 30, 40], [2, 2]);
    expect(await resultOf("scatterAddRows", table, [view("int32", [1, 1]), rows])).toEqual([
      1, 2, 43, 64, 5, 6,
    ]);
    expect(await resultOf("scatterAddRows", table, [view("int32", [-1, 3]), rows])).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
  });
});

describe("the oracle and the reference backend, on calls at random", () => {
  const cpu = createCpuBackend();
  const shape = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 });
  const layout = fc.constantFrom<InputLayout>(...inputLayouts);
  // Where no exponential overflows: there the two forms of a sigmoid part.
  const double = fc.double({ min: -700, max: 700 });
  const numbers = fc.infiniteStream(
    fc.oneof(double, fc.constantFrom(0, -0, 1, 0.5, Number.POSITIVE_INFINITY)),
  );

  async function agree(call: KernelCall, allowed: (expected: number) => number): Promise<void> {
    const places = placesOf(call.out);
    const [found, expected] = await Promise.all(
      [cpu, oracle].map(async (backend) => elementsAt((await runCall(backend, call)).out, places)),
    );
    const { reason } = compareAll(found, expected, (i) => allowed(expected[i]), false);
    expect(reason).toBeUndefined();
  }

  const elements = (stream: Iterator<number>) => (): number => stream.next().value ?? 0;

  it("agree on unary kernels in any layout", () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...unaryKernelOps),
        shape,
        layout,
        numbers,
        async (op, sizes, lies, stream) => {
          const bounded = op === "sin" || op === "cos" ? () => elements(stream)() % 8192 : elements(stream);
          await agree(
            {
              kernel: "unary",
              attributes: { op },
              out: outputView("float64", sizes),
              inputs: [inputView("float64", lies, sizes, bounded)],
            },
            (expected) => unaryUlps[op].float64 * ulp("float64", expected),
          );
        },
      ),
    ));

  it("agree on binary kernels and comparisons of any two layouts", () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...binaryKernelOps.filter((op) => !["xor", "shiftRight", "mulHigh"].includes(op))),
        fc.constantFrom(...compareKernelOps),
        shape,
        fc.tuple(layout, layout),
        numbers,
        async (op, comparison, sizes, layouts, stream) => {
          const inputs = layouts.map((lies) => inputView("float64", lies, sizes, elements(stream)));
          await agree(
            { kernel: "binary", attributes: { op }, out: outputView("float64", sizes), inputs },
            (expected) => {
              const growth =
                op === "pow" && expected !== 0 ? Math.max(1, Math.abs(Math.log(Math.abs(expected)))) : 1;
              return binaryUlps[op].float64 * growth * ulp("float64", expected);
            },
          );
          await agree(
            { kernel: "compare", attributes: { op: comparison }, out: outputView("uint8", sizes), inputs },
            () => 0,
          );
        },
      ),
    ));

  it("agree on copies between any two layouts, and on int32 that wraps", () =>
    fc.assert(
      fc.asyncProperty(
        shape,
        fc.tuple(layout, fc.constantFrom<InputLayout>("transposed", "sliced", "reversed")),
        fc.infiniteStream(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
        fc.constantFrom("add", "sub", "mul", "xor", "mulHigh"),
        async (sizes, [from, to], stream, op) => {
          const input = inputView("int32", from, sizes, elements(stream));
          await agree(
            { kernel: "copy", attributes: {}, out: inputView("int32", to, sizes, () => 7), inputs: [input] },
            () => 0,
          );
          const other = inputView("int32", to, sizes, elements(stream));
          await agree(
            { kernel: "binary", attributes: { op }, out: outputView("int32", sizes), inputs: [input, other] },
            () => 0,
          );
        },
      ),
    ));
});
