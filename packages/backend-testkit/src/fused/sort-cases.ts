import * as ops from "@gradwerk/tensor";
import type { FusedCase } from "./fused-case.ts";

/** The order that sorts. */
export const sortCases: readonly FusedCase[] = [
  [1, 1],
  [3, 17],
  [2, 1021],
].flatMap(([rows, length]) =>
  [false, true].flatMap((descending): FusedCase[] => [
    {
      kernel: "argsort",
      name: `[${rows}, ${length}] of bytes, ${descending ? "descending" : "ascending"}`,
      terms: 0,
      compute: ({ integers }) => [integers("uint8", [rows, length], 31, [0, 256]).argsort(1, { descending })],
    },
    {
      kernel: "argsort",
      name: `[${rows}, ${length}] with equals, ${descending ? "descending" : "ascending"}`,
      terms: 0,
      compute: ({ integers }) => [integers("int32", [rows, length], 29, [-5, 5]).argsort(1, { descending })],
    },
    {
      kernel: "argsort",
      name: `[${rows}, ${length}] with NaN, infinities and zeros, ${descending ? "descending" : "ascending"}`,
      terms: 0,
      compute: ({ numbers }) => {
        const x = numbers([rows, length], 30);
        const zeros = ops.where(x.abs().less(0.3), x.mul(0), x);
        const infinities = ops.where(zeros.abs().greater(1.5), zeros.mul(Number.POSITIVE_INFINITY), zeros);
        return [ops.where(infinities.greater(1), Number.NaN, infinities).argsort(1, { descending })];
      },
    },
  ]),
);
