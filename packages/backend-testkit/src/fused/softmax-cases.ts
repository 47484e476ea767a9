import type { Tensor } from "@gradwerk/tensor";
import * as ops from "@gradwerk/tensor";
import { randomElements } from "../samples.ts";
import { type FusedCase, type FusedInputs, gradientsOf } from "./fused-case.ts";

/** Softmax, and the cross-entropy that is made of it. */
export const softmaxCases: readonly FusedCase[] = [
  [1, 1],
  [3, 2],
  [9, 10],
  [5, 33],
  [2, 1021],
].flatMap(([rows, length]): FusedCase[] => [
  ...([ops.softmax, ops.logSoftmax] as const).map(
    (op): FusedCase => ({
      kernel: "softmax",
      name: `${op.name} of [${rows}, ${length}]`,
      terms: length,
      compute: ({ numbers }) => [op(numbers([rows, length], 11, [-20, 20]))],
    }),
  ),
  // Exponentials of these overflow, or vanish, unless the largest is taken off first.
  ...([ops.softmax, ops.logSoftmax] as const).map(
    (op): FusedCase => ({
      kernel: "softmax",
      name: `${op.name} of large and of masked numbers [${rows}, ${length}]`,
      terms: length,
      compute: (inputs) => [op(masked(inputs, [rows, length]))],
    }),
  ),
  ...[0, 0.1].flatMap((labelSmoothing): FusedCase[] => {
    const given = (inputs: FusedInputs): [Tensor, Tensor] => [
      inputs.numbers([rows, length], 12, [-5, 5]),
      labelsOf(inputs, rows, length),
    ];
    const name = `[${rows}, ${length}], smoothed by ${labelSmoothing}`;
    return [
      {
        kernel: "softmaxCrossEntropy",
        name,
        terms: length,
        compute: (inputs) => [ops.softmaxCrossEntropy(...given(inputs), labelSmoothing)],
      },
      {
        kernel: "softmaxCrossEntropy",
        name: `${name}, of large and of masked numbers`,
        terms: length,
        compute: (inputs) => {
          const [, labels] = given(inputs);
          return [ops.softmaxCrossEntropy(masked(inputs, [rows, length]), labels, labelSmoothing)];
        },
      },
      {
        kernel: "softmaxCrossEntropyBackward",
        needs: ["softmaxCrossEntropy"],
        name,
        terms: length,
        compute: (inputs) => {
          const [logits, labels] = given(inputs);
          return gradientsOf(inputs, [logits], ([x]) => ops.softmaxCrossEntropy(x, labels, labelSmoothing));
        },
      },
    ];
  }),
]);

// Every second label lies outside: its row is ignored.
function labelsOf({ device }: FusedInputs, rows: number, classes: number): Tensor {
  const inside = randomElements("int32", 13, [0, classes]);
  const outside = [-1, classes, 2 ** 31 - 1, -(2 ** 31)];
  const labels = Array.from({ length: rows }, (_, row) =>
    row % 2 === 0 ? inside(row) : outside[((row - 1) / 2) % outside.length],
  );
  return device.tensor(labels, { dtype: "int32" });
}

// Large numbers of both signs; a third of the columns, but never a whole row, is minus infinity.
function masked({ device, numbers }: FusedInputs, [rows, length]: readonly [number, number]): Tensor {
  const x = numbers([rows, length], 14, [-1000, 1000]);
  const hides = device.tensor(Uint8Array.from({ length }, (_, column) => (column % 3 === 1 ? 1 : 0)));
  return ops.where(hides, Number.NEGATIVE_INFINITY, x);
}
