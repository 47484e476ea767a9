import type { DType } from "../backend.ts";
import type { Shape } from "../core/shape.ts";
import type { Tensor } from "../tensor.ts";

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

interface ArgReduction {
  readonly inputs: readonly [x: Tensor];
  readonly attributes: { readonly axis: number };
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
  readonly sigmoid: Unary;
  readonly relu: Unary;
  readonly floor: Unary;
  readonly ceil: Unary;
  readonly round: Unary;

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

  readonly cast: { readonly inputs: readonly [x: Tensor]; readonly attributes: { readonly dtype: DType } };

  readonly sum: Reduction;
  readonly prod: Reduction;
  readonly max: Reduction;
  readonly min: Reduction;
  readonly argmax: ArgReduction;
  readonly argmin: ArgReduction;

  readonly matmul: Binary;
  readonly linear: {
    readonly inputs: readonly [x: Tensor, weight: Tensor, bias: Tensor];
    readonly attributes: object;
  };

  readonly reshape: { readonly inputs: readonly [x: Tensor]; readonly attributes: { readonly shape: Shape } };
  readonly permute: {
    readonly inputs: readonly [x: Tensor];
    readonly attributes: { readonly order: readonly number[] };
  };
  readonly expand: { readonly inputs: readonly [x: Tensor]; readonly attributes: { readonly shape: Shape } };
  readonly slice: {
    readonly inputs: readonly [x: Tensor];
    readonly attributes: { readonly axis: number; readonly start: number; readonly end: number };
  };
  readonly concat: { readonly inputs: readonly Tensor[]; readonly attributes: { readonly axis: number } };

  readonly gatherRows: {
    readonly inputs: readonly [table: Tensor, indices: Tensor];
    readonly attributes: object;
  };
  readonly scatterAddRows: {
    readonly inputs: readonly [base: Tensor, indices: Tensor, rows: Tensor];
    readonly attributes: object;
  };
}

/** The name of an op in the table. */
export type OpName = keyof OpTable;
