import type { ChainOperand, ChainStep, DType } from "@gradwerk/tensor/backend";
import type { FloatDType } from "../conformance-case.ts";
import type { ViewSpec } from "../kernel-call.ts";
import { cornerElements, randomElements } from "../samples.ts";
import { type InputLayout, inputView, outputView } from "../views.ts";

/** One call of the fused kernel `elementwise`. */
export interface ChainCase {
  readonly name: string;
  readonly inputs: readonly ViewSpec[];
  /** One that is among the inputs too is changed in place. */
  readonly outputs: readonly ViewSpec[];
  readonly temporaries: readonly DType[];
  readonly steps: readonly ChainStep[];
}

/** `i` an input, `o` an output, `t` a temporary, and its number. */
type OperandName = `${"i" | "o" | "t"}${number}`;

/** A kernel and its op, `binary add`; what it reads; what it writes. */
type StepWords = readonly [kernel: string, inputs: readonly OperandName[], out: OperandName];

function chain(
  name: string,
  inputs: readonly ViewSpec[],
  outputs: readonly ViewSpec[],
  temporaries: readonly DType[],
  words: readonly StepWords[],
): ChainCase {
  const kinds = { i: "input", o: "output", t: "temporary" } as const;
  const dtypes = {
    i: inputs.map(({ dtype }) => dtype),
    o: outputs.map(({ dtype }) => dtype),
    t: temporaries,
  };
  const kindOf = (operand: OperandName): "i" | "o" | "t" => operand[0] as "i" | "o" | "t";
  const operandOf = (operand: OperandName): ChainOperand => ({
    kind: kinds[kindOf(operand)],
    index: Number(operand.slice(1)),
  });
  const dtypeOf = (operand: OperandName): DType => dtypes[kindOf(operand)][Number(operand.slice(1))];
  const steps = words.map(([kernelAndOp, sources, out]): ChainStep => {
    const [kernel, op = ""] = kernelAndOp.split(" ");
    return {
      kernel: kernel as ChainStep["kernel"],
      op,
      from: dtypeOf(sources[0]),
      dtype: dtypeOf(out),
      inputs: sources.map(operandOf),
      out: operandOf(out),
    };
  });
  return { name, inputs, outputs, temporaries, steps };
}

/** Sizes around those of vectors and blocks, and many axes. */
const shapes: readonly (readonly number[])[] = [
  [],
  [1],
  [5],
  [1021],
  [4100],
  [5, 7],
  [1, 13],
  [3, 5, 7],
  [1, 2, 1, 2, 1, 3, 1, 2],
];

/** Chains over every size, with numbers at which implementations differ. */
export function chainCases(dtype: FloatDType): readonly ChainCase[] {
  return shapes.flatMap((shape) => [
    ...(["contiguous", "offset", "transposed", "sliced", "reversed", "stretched"] as const).map((layout) =>
      broadcastChain(dtype, layout, shape),
    ),
    truthChain(dtype, shape),
    castChain(dtype, shape),
    inPlaceChain(dtype, shape),
    longChain(dtype, shape),
    wideChain(dtype, shape),
  ]);
}

type Shape = readonly number[];

const random = (dtype: DType, shape: Shape, seed: number, layout: InputLayout = "offset"): ViewSpec =>
  inputView(dtype, layout, shape, randomElements(dtype, seed, dtype === "uint8" ? [0, 3] : [-2, 2]));

function broadcastChain(dtype: FloatDType, layout: InputLayout, shape: Shape): ChainCase {
  return chain(
    `tanh(a) b + c over [${shape}], b ${layout}, c stretched`,
    [
      inputView(dtype, "contiguous", shape, cornerElements(dtype)),
      random(dtype, shape, 60, layout),
      random(dtype, shape, 61, "stretched"),
    ],
    [outputView(dtype, shape)],
    [dtype, dtype],
    [
      ["unary tanh", ["i0"], "t0"],
      ["binary mul", ["t0", "i1"], "t1"],
      ["binary add", ["t1", "i2"], "o0"],
    ],
  );
}

function truthChain(dtype: FloatDType, shape: Shape): ChainCase {
  return chain(
    `two results of a comparison over [${shape}]`,
    [random(dtype, shape, 62), inputView(dtype, "offset", shape, cornerElements(dtype, 3))],
    [outputView("uint8", shape), outputView(dtype, shape), outputView(dtype, shape)],
    ["uint8"],
    [
      ["compare lt", ["i0", "i1"], "o0"],
      ["where", ["o0", "i0", "i1"], "o1"],
      ["compare ne", ["i1", "i1"], "t0"],
      ["where", ["t0", "i0", "o1"], "o2"],
    ],
  );
}

// float32 is there on every backend, so that chains of float64 pass through it.
function castChain(dtype: FloatDType, shape: Shape): ChainCase {
  return chain(
    `every dtype over [${shape}]`,
    [
      inputView(dtype, "offset", shape, cornerElements(dtype)),
      inputView("int32", "stretched", shape, cornerElements("int32")),
    ],
    [outputView("int32", shape), outputView("uint8", shape), outputView(dtype, shape)],
    ["int32", "uint8", "uint8", "float32"],
    [
      ["cast", ["i0"], "t0"],
      ["binary sub", ["t0", "i1"], "o0"],
      ["cast", ["o0"], "o1"],
      ["compare ge", ["o0", "i1"], "t1"],
      ["binary add", ["t1", "o1"], "t2"],
      ...(dtype === "float64"
        ? ([
            ["cast", ["i0"], "t3"],
            ["cast", ["t3"], "o2"],
          ] as const)
        : ([
            ["cast", ["t2"], "t3"],
            ["binary add", ["t3", "i0"], "o2"],
          ] as const)),
    ],
  );
}

/** A chain whose result takes the place of one of its inputs, and is read on. */
export function inPlaceChain(dtype: FloatDType, shape: Shape): ChainCase {
  const state = random(dtype, shape, 63);
  return chain(
    `a result where an input was, over [${shape}]`,
    [state, random(dtype, shape, 64, "sliced")],
    [state, outputView(dtype, shape)],
    [dtype],
    [
      ["unary exp", ["i0"], "t0"],
      ["binary sub", ["i0", "t0"], "o0"],
      ["binary mul", ["o0", "i1"], "o1"],
      ["binary add", ["o0", "o1"], "o0"],
    ],
  );
}

function longChain(dtype: FloatDType, shape: Shape): ChainCase {
  const steps = Array.from({ length: 16 }, (_, i): StepWords => {
    const from: OperandName = i === 0 ? "i0" : `t${(i - 1) % 2}`;
    return [i % 2 === 0 ? "unary sin" : "unary neg", [from], i === 15 ? "o0" : `t${i % 2}`];
  });
  return chain(
    `16 steps over [${shape}]`,
    [random(dtype, shape, 65)],
    [outputView(dtype, shape)],
    [dtype, dtype],
    steps,
  );
}

function wideChain(dtype: FloatDType, shape: Shape): ChainCase {
  const inputs = Array.from({ length: 17 }, (_, i) =>
    random(dtype, shape, 66 + i, i % 3 === 0 ? "stretched" : "offset"),
  );
  const steps = Array.from({ length: 16 }, (_, i): StepWords => {
    const from: OperandName = i === 0 ? "i0" : `t${(i - 1) % 6}`;
    return ["binary add", [from, `i${i + 1}`], i === 15 ? "o0" : `t${i % 6}`];
  });
  return chain(
    `24 operands over [${shape}]`,
    inputs,
    [outputView(dtype, shape)],
    Array(6).fill(dtype),
    steps,
  );
}
