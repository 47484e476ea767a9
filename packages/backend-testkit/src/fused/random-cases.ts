import * as ops from "@gradwerk/tensor";
import * as draws from "@gradwerk/tensor/draws";
import type { FusedCase } from "./fused-case.ts";

// A seed and a stream with bits in both of their words.
const [seed, stream] = [7 + 2 ** 33, 9 + 2 ** 35];

/** Random words, and what is dropped by them. */
export const randomCases: readonly FusedCase[] = [1, 4, 7, 1021].flatMap((count): FusedCase[] => [
  {
    kernel: "randomBits",
    name: `${count} words`,
    terms: 0,
    compute: ({ device }) => [draws.randomBits(device.randomKey(seed, stream), [count])],
  },
  ...[0, 0.25, 0.9].map(
    (rate): FusedCase => ({
      kernel: "dropout",
      name: `${count} elements, rate ${rate}`,
      terms: 2,
      compute: ({ device, numbers }) => [
        ops.dropout(numbers([count], 25), device.randomKey(seed, stream), { rate }),
      ],
    }),
  ),
  {
    kernel: "dropout",
    name: `${count} times 2 elements in a matrix`,
    terms: 2,
    compute: ({ device, numbers }) => [
      ops.dropout(numbers([count, 2], 25), device.randomKey(seed, stream), { rate: 0.5 }),
    ],
  },
]);
