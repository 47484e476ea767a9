import type { Tensor } from "@gradwerk/tensor";
import * as ops from "@gradwerk/tensor";
import { type FusedCase, type FusedInputs, gradientsOf } from "./fused-case.ts";

// The mean of squares less the square of the mean would lose every digit here.
const farAway = "far from 0";

const layerNormCases = [
  [1, 1],
  [5, 7],
  [3, 130],
].flatMap(([rows, length]): FusedCase[] => {
  const given = ({ numbers }: FusedInputs): [Tensor, Tensor, Tensor] => [
    numbers([rows, length], 19),
    numbers([length], 20),
    numbers([length], 21),
  ];
  return [
    {
      kernel: "layerNorm",
      name: `[${rows}, ${length}]`,
      terms: 4 * length,
      compute: (inputs) => [ops.layerNorm(...given(inputs), { epsilon: 1e-3 })],
    },
    {
      kernel: "layerNorm",
      name: `[${rows}, ${length}], ${farAway}`,
      terms: 4 * length,
      compute: (inputs) => {
        const [x, scale, shift] = given(inputs);
        return [ops.layerNorm(x.add(100), scale, shift, { epsilon: 1e-3 })];
      },
    },
    {
      kernel: "layerNormBackward",
      needs: ["layerNorm"],
      name: `[${rows}, ${length}]`,
      terms: 16 * Math.max(rows, length),
      compute: (inputs) =>
        gradientsOf(inputs, given(inputs), ([x, scale, shift]) =>
          ops.layerNorm(x, scale, shift, { epsilon: 1e-3 }),
        ),
    },
  ];
});

const batchNormCases = [
  [6, 3],
  [5, 2, 3, 4],
  [9, 17, 5],
].flatMap((shape): FusedCase[] => {
  const given = ({ numbers }: FusedInputs): [Tensor, Tensor, Tensor] => [
    numbers(shape, 22),
    numbers([shape[1]], 23),
    numbers([shape[1]], 24),
  ];
  const count = ops.sizeOf(shape) / shape[1];
  return [
    {
      kernel: "batchNorm",
      name: `[${shape}]`,
      terms: 4 * count,
      compute: (inputs) => {
        const { output, mean, variance } = ops.batchNorm(...given(inputs), { epsilon: 1e-3 });
        return [output, mean, variance];
      },
    },
    {
      kernel: "batchNorm",
      name: `[${shape}], ${farAway}`,
      terms: 4 * count,
      compute: (inputs) => {
        const [x, scale, shift] = given(inputs);
        const { output, variance } = ops.batchNorm(x.add(100), scale, shift, { epsilon: 1e-3 });
        return [output, variance];
      },
    },
    {
      kernel: "batchNormBackward",
      name: `[${shape}]`,
      terms: 16 * count,
      compute: (inputs) =>
        gradientsOf(
          inputs,
          given(inputs),
          ([x, scale, shift]) => ops.batchNorm(x, scale, shift, { epsilon: 1e-3 }).output,
        ),
    },
  ];
});

/** Normalisation over the last axis, and per channel. */
export const normCases: readonly FusedCase[] = [...layerNormCases, ...batchNormCases];
