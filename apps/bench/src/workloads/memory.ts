import { programsOf } from "./programs.ts";
import type { BenchCase, PayloadOptions, Shown, Workload } from "./workload.ts";

/** What the programs are given. */
export interface MemoryPayload {
  /** How many float32. The n-th of `x` is `(n % 1009) / 1009`, of `y` `(n % 997) / 997`. */
  readonly count: number;
  /** Rows of the softmax and of the sums along an axis: `[count / row, row]`. */
  readonly row: number;
}

/** float32 that a case reads and writes for each element of `x`: what is compared with a copy, which reads and writes one. */
export const numbersMoved = {
  relu: 2,
  add: 3,
  exp: 2,
  softmax: 2,
  sum: 1,
  "sum of rows": 1,
  "sum of columns": 1,
  max: 1,
} as const;

const row = 1000;
let count = 0;

/** Ops that move more than they compute, against a plain copy of as many bytes by the engine of the same system. */
export const memory: Workload = {
  name: "memory",
  description: "ops on 10^7 float32, as the share of what a plain copy of as many bytes reaches",
  heavy: true,
  cases: Object.keys(numbersMoved).map((id) => ({
    id,
    name: id,
    unit: "% of copy",
    warmUps: 2,
    runs: 7,
    quickRuns: 2,
  })),
  programs: programsOf("memory", ["numpy", "pytorch"]),

  async payload({ quick }: PayloadOptions): Promise<MemoryPayload> {
    count = quick ? 1e5 : 1e7;
    return { count, row };
  },

  // The first, a middle and the last element of the result, and how many there are.
  check({ id }: BenchCase, { label, proof }: Shown): string | undefined {
    const expected = resultOf(id);
    const agrees = expected.every((value, i) => Math.abs(proof[i] - value) <= 1e-3 * Math.abs(value) + 1e-7);
    if (agrees) return undefined;
    return `${label} gives ${proof.join(", ")}, expected ${expected.join(", ")}: it does not do the same work.`;
  },
};

function resultOf(id: string): number[] {
  const x = (i: number): number => (i % 1009) / 1009;
  const y = (i: number): number => (i % 997) / 997;
  const sumOver = (from: number, to: number, step: number, term: (i: number) => number): number => {
    let sum = 0;
    for (let i = from; i < to; i += step) sum += term(i);
    return sum;
  };
  const rowStart = (i: number): number => i - (i % row);
  const element: Readonly<Record<string, (i: number) => number>> = {
    relu: (i) => Math.max(x(i) - 0.5, 0),
    add: (i) => x(i) + y(i),
    exp: (i) => Math.exp(x(i)),
    softmax: (i) => Math.exp(x(i)) / sumOver(rowStart(i), rowStart(i) + row, 1, (k) => Math.exp(x(k))),
    sum: () => sumOver(0, count, 1, x),
    "sum of rows": (r) => sumOver(r * row, (r + 1) * row, 1, x),
    "sum of columns": (c) => sumOver(c, count, row, x),
    max: () => 1008 / 1009,
  };
  const sizes: Readonly<Record<string, number>> = {
    sum: 1,
    max: 1,
    "sum of rows": count / row,
    "sum of columns": row,
  };
  const size = sizes[id] ?? count;
  return [size, ...[0, Math.floor(size / 2), size - 1].map(element[id])];
}
