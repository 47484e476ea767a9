import type { FusedKernelSignatures, KernelSignatures } from "@gradwerk/tensor/backend";
import type { Code, WasmView } from "../code.ts";
import { conv2d, conv2dBackwardInput, conv2dBackwardWeight, pool2d, pool2dBackward } from "./convolution.ts";
import { binary, cast, compare, elementwise, unary, where } from "./elementwise.ts";
import { copy, fill } from "./layout.ts";
import { linear, matmul } from "./matmul.ts";
import { batchNorm, batchNormBackward, layerNorm, layerNormBackward } from "./norms.ts";
import { argReduce, reduce } from "./reduce.ts";
import { gatherRows, gatherScaled, scatterAddRows } from "./rows.ts";
import { softmax, softmaxCrossEntropy, softmaxCrossEntropyBackward } from "./softmax.ts";
import { sparseLinear, sparseLinearGradient, sparseLinearSgdUpdate } from "./sparse.ts";
import { adamUpdate, argsort, dropout, randomBits, sgdUpdate } from "./updates.ts";

/** Writes the instructions of one kernel call. */
export type Encoder<Attributes> = (
  code: Code,
  out: readonly WasmView[],
  inputs: readonly WasmView[],
  attributes: Attributes,
) => void;

type Encoders<Signatures extends object> = {
  readonly [Name in keyof Signatures]: Signatures[Name] extends { attributes: infer Attributes }
    ? Encoder<Attributes>
    : never;
};

export const requiredKernels: Encoders<KernelSignatures> = {
  fill,
  copy,
  cast,
  unary,
  binary,
  compare,
  where,
  reduce,
  argReduce,
  matmul,
  gatherRows,
  scatterAddRows,
};

/** All fused kernels but `linearBackward`: its three products are as fast one by one. */
export const fusedKernels: Encoders<Omit<FusedKernelSignatures, "linearBackward">> = {
  elementwise,
  linear,
  sparseLinear,
  sparseLinearGradient,
  sparseLinearSgdUpdate,
  gatherScaled,
  softmax,
  softmaxCrossEntropy,
  softmaxCrossEntropyBackward,
  sgdUpdate,
  adamUpdate,
  layerNorm,
  layerNormBackward,
  batchNorm,
  batchNormBackward,
  randomBits,
  dropout,
  conv2d,
  conv2dBackwardInput,
  conv2dBackwardWeight,
  pool2d,
  pool2dBackward,
  argsort,
};
