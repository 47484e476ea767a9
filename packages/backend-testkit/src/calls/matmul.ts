import type { FloatDType } from "../conformance-case.ts";
import { type KernelCall, poisoned, type ViewSpec } from "../kernel-call.ts";
import { placesOf } from "../oracle/places.ts";
import { randomElements } from "../samples.ts";
import { sumBound } from "../tolerance.ts";
import { outputView } from "../views.ts";
import { type CallGroup, floatDTypes } from "./call-group.ts";

/** `[batch, m, k, n]`: vectors, slivers, around register blocks, tall, wide, batched, empty. */
const sizes: readonly (readonly [batch: number, m: number, k: number, n: number])[] = [
  [1, 1, 1, 1],
  [1, 1, 7, 1],
  [1, 1, 5, 9],
  [1, 9, 5, 1],
  [1, 3, 4, 5],
  [1, 8, 8, 8],
  [1, 7, 9, 11],
  [1, 16, 17, 15],
  [1, 33, 31, 37],
  [1, 64, 64, 64],
  [1, 65, 66, 67],
  [1, 128, 3, 2],
  [1, 2, 3, 128],
  [1, 2, 517, 3],
  [1, 10, 784, 10],
  [1, 1031, 3, 2],
  [1, 2, 3, 1031],
  [1, 3, 2053, 2],
  [1, 127, 129, 131],
  [3, 5, 6, 7],
  [4, 1, 13, 1],
  [2, 17, 16, 19],
  [1, 5, 0, 4],
  [1, 0, 3, 4],
  [1, 4, 3, 0],
  [0, 2, 3, 4],
];

/** How the rows of an operand lie: close together, apart, or the whole matrix shared by the batch. */
type Rows = "close" | "apart" | "shared" | "backward";

function operand(
  dtype: FloatDType,
  rows: Rows,
  shape: readonly [number, number, number],
  elements: (place: number) => number,
): ViewSpec {
  const [batch, height, width] = shape;
  const between = rows === "apart" ? width + 5 : Math.max(width, 1);
  const step = rows === "shared" ? 0 : height * between + (rows === "apart" ? 3 : 0);
  const strides = [rows === "backward" ? -step : step, between, 1];
  const offset = 11 + (rows === "backward" ? Math.max(batch - 1, 0) * step : 0);
  const content = poisoned(dtype, 11 + Math.max(batch, 1) * (height * between + 3) + 11);
  for (const [i, place] of placesOf({ offset, shape, strides }).entries()) content[place] = elements(i);
  return { dtype, content, offset, shape, strides };
}

function callOf(
  dtype: FloatDType,
  [batch, m, k, n]: (typeof sizes)[number],
  attributes: { readonly transposeA: boolean; readonly transposeB: boolean; readonly accumulate: boolean },
  [rowsA, rowsB]: readonly [Rows, Rows],
  elements: readonly [(place: number) => number, (place: number) => number] = [
    randomElements(dtype, 30),
    randomElements(dtype, 31),
  ],
): KernelCall {
  const { transposeA, transposeB, accumulate } = attributes;
  return {
    kernel: "matmul",
    attributes,
    out: outputView(dtype, [batch, m, n], accumulate ? randomElements(dtype, 32) : undefined),
    inputs: [
      operand(dtype, rowsA, transposeA ? [batch, k, m] : [batch, m, k], elements[0]),
      operand(dtype, rowsB, transposeB ? [batch, n, k] : [batch, k, n], elements[1]),
    ],
  };
}

const forms = [false, true].flatMap((transposeA) =>
  [false, true].map((transposeB) => ({ transposeA, transposeB })),
);

/** The matrix product, once for each form of its operands. */
export const matmulGroups: readonly CallGroup[] = floatDTypes.flatMap((dtype) =>
  forms.flatMap((form) =>
    [false, true].map((accumulate): CallGroup => {
      const attributes = { ...form, accumulate };
      const name = `${form.transposeA ? "A^T" : "A"} ${form.transposeB ? "B^T" : "B"}`;
      return {
        kernel: "matmul",
        op: accumulate ? `C + ${name}` : name,
        dtype,
        signedZeros: false,
        *calls() {
          for (const size of sizes) {
            yield [`${size.join(" x ")}`, callOf(dtype, size, attributes, ["close", "close"])];
          }
          for (const rows of [
            ["apart", "apart"],
            ["shared", "close"],
            ["close", "shared"],
            ["backward", "apart"],
          ] as const) {
            yield [`rows ${rows.join(" and ")}`, callOf(dtype, [3, 9, 10, 11], attributes, rows)];
          }
          const twice = callOf(dtype, [2, 9, 9, 9], attributes, ["close", "close"]);
          yield ["a matrix and itself", { ...twice, inputs: [twice.inputs[0], twice.inputs[0]] }];
          // One number that is none spoils its row or column and nothing else.
          const plain = [randomElements(dtype, 33, [1, 2]), randomElements(dtype, 34, [1, 2])] as const;
          const spoiled = (place: number): number => (place === 17 ? Number.NaN : plain[0](place));
          const infinite = (place: number): number =>
            place === 5 ? Number.POSITIVE_INFINITY : plain[1](place);
          const close = ["close", "close"] as const;
          yield ["NaN in A", callOf(dtype, [1, 8, 9, 10], attributes, close, [spoiled, plain[1]])];
          yield ["infinity in B", callOf(dtype, [1, 8, 9, 10], attributes, close, [plain[0], infinite])];
        },
        allowed(call) {
          const [, m, n] = call.out.shape;
          const [a, b] = call.inputs;
          const k = a.shape[form.transposeA ? 1 : 2];
          const [left, right, before] = [a, b, call.out].map((view) => {
            const places = placesOf(view);
            return (i: number): number => Math.abs(view.content[places[i]]);
          });
          return (place) => {
            const [column, row, matrix] = [place % n, Math.floor(place / n) % m, Math.floor(place / (m * n))];
            let magnitude = accumulate ? before(place) : 0;
            for (let i = 0; i < k; i++) {
              const x = form.transposeA ? (matrix * k + i) * m + row : (matrix * m + row) * k + i;
              const y = form.transposeB ? (matrix * n + column) * k + i : (matrix * k + i) * n + column;
              magnitude += left(x) * right(y);
            }
            return sumBound(dtype, k + 1, magnitude);
          };
        },
      };
    }),
  ),
);
