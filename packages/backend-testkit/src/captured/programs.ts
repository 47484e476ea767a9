import type {
  DType,
  Program,
  ProgramBuffer,
  ProgramStep,
  ProgramView,
  TypedArray,
} from "@gradwerk/tensor/backend";
import type { ChainCase } from "../fused/chain-cases.ts";
import { arrayOf, type ViewSpec } from "../kernel-call.ts";
import { randomElements } from "../samples.ts";

/** A buffer that a program keeps to itself. */
export type OwnBuffer = Exclude<ProgramBuffer, { readonly kind: "external" | "input" }>;

/** A program whose outer buffers are still to be made. */
export interface ProgramPlan {
  readonly name: string;
  /** What the buffers from outside, external ones and inputs, hold before the first run, by number. */
  readonly externals: readonly { readonly dtype: DType; readonly values: TypedArray }[];
  /** The other buffers, numbered on after those from outside. */
  readonly others: readonly OwnBuffer[];
  readonly steps: readonly ProgramStep[];
}

/** A plan with its buffers from outside. */
export function programOf(plan: ProgramPlan, externals: readonly ProgramBuffer[]): Program {
  return { buffers: [...externals, ...plan.others], steps: plan.steps };
}

/** Numbers of the buffers from outside that no step writes. */
export function readOnly({ externals, steps }: ProgramPlan): number[] {
  const written = new Set(steps.flatMap(({ out }) => out.map(({ buffer }) => buffer)));
  return [...externals.keys()].filter((number) => !written.has(number));
}

/** One chain of elementwise kernels as a program: all of its views lie in buffers from outside. */
export function chainPlan({ name, inputs, outputs, steps, temporaries }: ChainCase): ProgramPlan {
  const specs = [...new Map([...inputs, ...outputs].map((spec) => [spec.content, spec])).values()];
  const numbered = ({ content, offset, shape, strides }: ViewSpec): ProgramView => ({
    buffer: specs.findIndex((spec) => spec.content === content),
    offset,
    shape,
    strides,
  });
  return {
    name,
    externals: specs.map(({ dtype, content }) => ({ dtype, values: content })),
    others: [],
    steps: [
      {
        kernel: "elementwise",
        out: outputs.map(numbered),
        inputs: inputs.map(numbered),
        attributes: { steps, temporaries },
      },
    ],
  };
}

function view(
  buffer: number,
  shape: readonly number[],
  strides?: readonly number[],
  offset: number = 0,
): ProgramView {
  const rowMajor = shape.map((_, axis) =>
    shape.slice(axis + 1).reduce((product, extent) => product * extent, 1),
  );
  return { buffer, offset, shape, strides: strides ?? rowMajor };
}

function numbers(dtype: DType, length: number, seed: number): TypedArray {
  const elements = randomElements(dtype, seed);
  return arrayOf(
    dtype,
    Array.from({ length }, (_, place) => elements(place)),
  );
}

const temporary = (
  dtype: DType,
  length: number,
  slot: number,
): ProgramBuffer & { readonly kind: "temporary" } => ({
  kind: "temporary",
  dtype,
  length,
  slot,
});

/** Programs as a captured training step gives them: chains, products, reused slots, updates in place. */
export function programPlans(dtype: "float32" | "float64"): readonly ProgramPlan[] {
  const [batch, inputs, outputs] = [5, 7, 3];
  return [
    {
      name: "a chain of elementwise kernels",
      externals: [
        { dtype, values: numbers(dtype, 37, 80) },
        { dtype, values: numbers(dtype, 37, 81) },
      ],
      others: [
        temporary(dtype, 37, 0),
        temporary(dtype, 37, 1),
        { kind: "constant", dtype, values: arrayOf(dtype, [0.5]) },
      ],
      steps: [
        { kernel: "unary", out: [view(2, [37])], inputs: [view(0, [37])], attributes: { op: "tanh" } },
        {
          kernel: "binary",
          out: [view(3, [37])],
          inputs: [view(2, [37]), view(4, [37], [0])],
          attributes: { op: "mul" },
        },
        {
          kernel: "binary",
          out: [view(1, [37])],
          inputs: [view(1, [37]), view(3, [37])],
          attributes: { op: "sub" },
        },
      ],
    },
    {
      name: "temporaries that share a slot",
      externals: [{ dtype, values: numbers(dtype, 12, 82) }],
      others: [temporary(dtype, 12, 0), temporary(dtype, 12, 1), temporary(dtype, 3, 0)],
      steps: [
        { kernel: "unary", out: [view(1, [12])], inputs: [view(0, [12])], attributes: { op: "exp" } },
        { kernel: "unary", out: [view(2, [12])], inputs: [view(1, [12])], attributes: { op: "neg" } },
        { kernel: "reduce", out: [view(3, [3, 1])], inputs: [view(2, [3, 4, 1])], attributes: { op: "sum" } },
        {
          kernel: "binary",
          out: [view(0, [3, 4])],
          inputs: [view(2, [3, 4]), view(3, [3, 4], [1, 0])],
          attributes: { op: "div" },
        },
      ],
    },
    {
      name: "a training step of a dense layer",
      externals: [
        { dtype, values: numbers(dtype, batch * inputs, 83) },
        { dtype, values: numbers(dtype, inputs * outputs, 84) },
        { dtype, values: numbers(dtype, batch * outputs, 85) },
        { dtype, values: arrayOf(dtype, [0.125]) },
      ],
      others: [
        temporary(dtype, batch * outputs, 0),
        temporary(dtype, batch * outputs, 1),
        temporary(dtype, inputs * outputs, 2),
      ],
      steps: [
        {
          kernel: "matmul",
          out: [view(4, [1, batch, outputs])],
          inputs: [view(0, [1, batch, inputs]), view(1, [1, inputs, outputs])],
          attributes: { transposeA: false, transposeB: false, accumulate: false },
        },
        {
          kernel: "binary",
          out: [view(5, [batch, outputs])],
          inputs: [view(4, [batch, outputs]), view(2, [batch, outputs])],
          attributes: { op: "sub" },
        },
        {
          kernel: "matmul",
          out: [view(6, [1, inputs, outputs])],
          inputs: [view(0, [1, batch, inputs]), view(5, [1, batch, outputs])],
          attributes: { transposeA: true, transposeB: false, accumulate: false },
        },
        {
          kernel: "binary",
          out: [view(6, [inputs, outputs])],
          inputs: [view(6, [inputs, outputs]), view(3, [inputs, outputs], [0, 0])],
          attributes: { op: "mul" },
        },
        {
          kernel: "binary",
          out: [view(1, [inputs, outputs])],
          inputs: [view(1, [inputs, outputs]), view(6, [inputs, outputs])],
          attributes: { op: "sub" },
        },
      ],
    },
  ];
}
