import type { Activation, DType, Pool2dAttributes } from "../backend.ts";
import type { Shape } from "../core/shape.ts";
import type { ConvolutionAttributes } from "../lowering/convolution.ts";
import type { Tensor } from "../tensor.ts";
import type { GeluApproximation } from "./activation/gelu.ts";
import type { CustomBackward } from "./custom.ts";
import type { LayerStatistics } from "./normalization/layerNorm.ts";
import type { AxisPadding } from "./shape/pad.ts";

interface Unary {
  readonly inputs: readonly [x: Tensor];
  readonly attributes: object;
}

interface Binary {
  readonly inputs: readonly [a: Tensor, b: Tensor];
  readonly attributes: object;
}

interface Reduction {
  readonly inputs: readonly [x: Tensor];
  /** Counted from the front, ascending. The output has them as axes of size 1 where `keepDims`. */
  readonly attributes: { readonly axes: readonly number[]; readonly keepDims: boolean };
}

interface AlongAxis {
  readonly inputs: readonly [x: Tensor];
  readonly attributes: { readonly axis: number };
}

interface UnaryWith<Attributes> {
  readonly inputs: readonly [x: Tensor];
  readonly attributes: Readonly<Attributes>;
}

interface ScaledAndShifted<Attributes> {
  readonly inputs: readonly [x: Tensor, scale: Tensor, shift: Tensor];
  readonly attributes: Readonly<Attributes>;
}

/**
 * Every op that runs kernels or makes a view, with its tensor inputs and its attributes as a recorder sees them.
 * Inputs of `add` and its like have equal shapes and dtypes here: broadcasting and promotion are ops of their own
 * (`expand`, `cast`) that were recorded before. Ops that are composed of these (`mean`, `square`) are not in the table.
 *
 * `@gradwerk/nn` has one gradient rule for each row; the compiler says when one is missing.
 */
export interface OpTable {
  readonly add: Binary;
  readonly sub: Binary;
  readonly mul: Binary;
  readonly div: Binary;
  readonly pow: Binary;
  readonly maximum: Binary;
  readonly minimum: Binary;

  readonly neg: Unary;
  readonly abs: Unary;
  readonly sign: Unary;
  readonly sqrt: Unary;
  readonly exp: Unary;
  readonly expm1: Unary;
  readonly log: Unary;
  readonly log1p: Unary;
  readonly sin: Unary;
  readonly cos: Unary;
  readonly tanh: Unary;
  readonly erf: Unary;
  readonly floor: Unary;
  readonly ceil: Unary;
  readonly round: Unary;
  readonly clip: UnaryWith<{ low: number; high: number }>;

  readonly sigmoid: Unary;
  readonly relu: Unary;
  readonly leakyRelu: UnaryWith<{ slope: number }>;
  readonly elu: UnaryWith<{ alpha: number }>;
  readonly gelu: UnaryWith<{ approximate: GeluApproximation }>;
  readonly silu: Unary;
  readonly softplus: UnaryWith<{ beta: number }>;
  readonly softmax: AlongAxis;
  readonly logSoftmax: AlongAxis;

  readonly equal: Binary;
  readonly notEqual: Binary;
  readonly less: Binary;
  readonly lessEqual: Binary;
  readonly greater: Binary;
  readonly greaterEqual: Binary;
  readonly where: {
    readonly inputs: readonly [condition: Tensor, a: Tensor, b: Tensor];
    readonly attributes: object;
  };

  readonly cast: UnaryWith<{ dtype: DType }>;

  readonly sum: Reduction;
  readonly prod: Reduction;
  readonly max: Reduction;
  readonly min: Reduction;
  readonly argmax: AlongAxis;
  readonly argmin: AlongAxis;
  readonly logsumexp: Reduction;
  readonly cumsum: AlongAxis;

  readonly matmul: Binary;
  readonly linear: {
    readonly inputs: readonly [x: Tensor, weight: Tensor, bias: Tensor];
    readonly attributes: { readonly activation: Activation };
  };
  readonly sparseLinear: {
    readonly inputs: readonly [images: Tensor, rows: Tensor, weight: Tensor, bias: Tensor];
    readonly attributes: { readonly scale: number; readonly activation: Activation };
  };

  readonly reshape: UnaryWith<{ shape: Shape }>;
  readonly permute: UnaryWith<{ order: readonly number[] }>;
  readonly expand: UnaryWith<{ shape: Shape }>;
  readonly slice: UnaryWith<{ axis: number; start: number; end: number; step: number }>;
  readonly flip: UnaryWith<{ axes: readonly number[] }>;
  readonly pad: UnaryWith<{ padding: readonly AxisPadding[]; value: number }>;
  readonly concat: { readonly inputs: readonly Tensor[]; readonly attributes: { readonly axis: number } };

  readonly gatherRows: {
    readonly inputs: readonly [table: Tensor, indices: Tensor];
    readonly attributes: object;
  };
  readonly scatterAddRows: {
    readonly inputs: readonly [base: Tensor, indices: Tensor, rows: Tensor];
    readonly attributes: object;
  };
  readonly argsort: Unary;

  readonly conv2d: {
    readonly inputs:
      | readonly [x: Tensor, weight: Tensor]
      | readonly [x: Tensor, weight: Tensor, bias: Tensor];
    readonly attributes: ConvolutionAttributes;
  };
  readonly convTranspose2d: {
    readonly inputs: readonly [x: Tensor, weight: Tensor];
    readonly attributes: ConvolutionAttributes & { readonly outputPadding: readonly [number, number] };
  };
  readonly pool2d: UnaryWith<Pool2dAttributes>;

  /** The statistics are those that a fused kernel kept for its own way back. */
  readonly layerNorm: ScaledAndShifted<{ epsilon: number; statistics: LayerStatistics | undefined }>;
  readonly batchNorm: ScaledAndShifted<{ epsilon: number; mean: Tensor; variance: Tensor }>;
  readonly dropout: {
    readonly inputs: readonly [x: Tensor, key: Tensor];
    readonly attributes: { readonly rate: number };
  };

  readonly softmaxCrossEntropy: {
    readonly inputs: readonly [logits: Tensor, labels: Tensor];
    readonly attributes: { readonly labelSmoothing: number; readonly probabilities: Tensor | undefined };
  };

  readonly custom: {
    readonly inputs: readonly Tensor[];
    readonly attributes: { readonly backward: CustomBackward };
  };
}

/** The name of an op in the table. */
export type OpName = keyof OpTable;
