import type {
  BinaryKernelOp,
  ChainStep,
  CompareKernelOp,
  FusedKernelSignatures,
  UnaryKernelOp,
} from "@gradwerk/tensor/backend";
import { codeOf } from "../buffer.ts";
import type { Code, WasmView } from "../code.ts";
import * as op from "../opcodes.ts";
import { fewestAxes, isConstant, isDirect, sizeOf } from "./shapes.ts";

const unaryOps: Readonly<Record<UnaryKernelOp, number>> = {
  neg: op.NEG,
  abs: op.ABS,
  sign: op.SIGN,
  sqrt: op.SQRT,
  exp: op.EXP,
  expm1: op.EXPM1,
  log: op.LOG,
  log1p: op.LOG1P,
  sin: op.SIN,
  cos: op.COS,
  tanh: op.TANH,
  erf: op.ERF,
  sigmoid: op.SIGMOID,
  floor: op.FLOOR,
  ceil: op.CEIL,
  round: op.ROUND,
};
const binaryOps: Readonly<Record<BinaryKernelOp, number>> = {
  add: op.ADD,
  sub: op.SUB,
  mul: op.MUL,
  div: op.DIV,
  pow: op.POW,
  minimum: op.MINIMUM,
  maximum: op.MAXIMUM,
  xor: op.XOR,
  shiftRight: op.SHIFT_RIGHT,
  mulHigh: op.MUL_HIGH,
};
const compareOps: Readonly<Record<CompareKernelOp, number>> = {
  eq: op.EQ,
  ne: op.NE,
  lt: op.LT,
  le: op.LE,
  gt: op.GT,
  ge: op.GE,
};

/** Nanoseconds for one element; what is not named takes as long as it takes to load and store it. */
const slowOps: Readonly<Record<string, number>> = {
  exp: 0.5,
  expm1: 2,
  log: 0.8,
  log1p: 2,
  sin: 2,
  cos: 2,
  tanh: 0.8,
  erf: 3,
  sigmoid: 0.6,
  pow: 4,
};

/** How the operands of a step are numbered: inputs first, then outputs, then what is needed in between. */
interface Step {
  readonly code: number;
  readonly out: number;
  readonly sources: readonly number[];
}

export function unary(
  code: Code,
  [out]: readonly WasmView[],
  inputs: readonly WasmView[],
  { op: name }: { readonly op: UnaryKernelOp },
): void {
  single(code, out, inputs, "unary", name);
}

export function binary(
  code: Code,
  [out]: readonly WasmView[],
  inputs: readonly WasmView[],
  { op: name }: { readonly op: BinaryKernelOp },
): void {
  single(code, out, inputs, "binary", name);
}

export function compare(
  code: Code,
  [out]: readonly WasmView[],
  inputs: readonly WasmView[],
  { op: name }: { readonly op: CompareKernelOp },
): void {
  single(code, out, inputs, "compare", name);
}

export function where(code: Code, [out]: readonly WasmView[], inputs: readonly WasmView[]): void {
  single(code, out, inputs, "where", "");
}

export function cast(code: Code, [out]: readonly WasmView[], inputs: readonly WasmView[]): void {
  single(code, out, inputs, "cast", "");
}

const places = [[0], [0, 1], [0, 1, 2]] as const;

function single(
  code: Code,
  out: WasmView,
  inputs: readonly WasmView[],
  kernel: ChainStep["kernel"],
  name: string,
): void {
  const number = stepCode(kernel, name, inputs[0].buffer.code, out.buffer.code);
  const step = { code: number, out: inputs.length, sources: places[inputs.length - 1] };
  chain(code, [out], inputs, 0, [step], costOf(name));
}

/** Several steps in one pass. */
export function elementwise(
  code: Code,
  outs: readonly WasmView[],
  inputs: readonly WasmView[],
  { steps, temporaries }: FusedKernelSignatures["elementwise"]["attributes"],
): void {
  const first = { input: 0, output: inputs.length, temporary: inputs.length + outs.length };
  let cost = 0;
  const encoded = steps.map((step): Step => {
    cost += costOf(step.op);
    return {
      code: stepCode(step.kernel, step.op, codeOf(step.from), codeOf(step.dtype)),
      out: first[step.out.kind] + step.out.index,
      sources: step.inputs.map(({ kind, index }) => first[kind] + index),
    };
  });
  chain(code, outs, inputs, temporaries.length, encoded, cost);
}

// From and to are dtypes by number.
function stepCode(kernel: ChainStep["kernel"], name: string, from: number, to: number): number {
  if (kernel === "unary") return op.UNARY * 256 + unaryOps[name as UnaryKernelOp] * 4 + to;
  if (kernel === "binary") return op.BINARY * 256 + binaryOps[name as BinaryKernelOp] * 4 + to;
  if (kernel === "compare") return op.COMPARE * 256 + compareOps[name as CompareKernelOp] * 4 + from;
  if (kernel === "where") return op.WHERE * 256 + to;
  return op.CAST * 256 + from * 4 + to;
}

function costOf(name: string): number {
  return slowOps[name] ?? 0.2;
}

/** What the threads share: rows, where there are enough, so that products of the same rows need no barrier; else elements. */
function unitsOf(shape: readonly number[], size: number): number {
  return shape.length > 1 && shape[0] >= 8 ? shape[0] : size;
}

function chain(
  code: Code,
  outs: readonly WasmView[],
  inputs: readonly WasmView[],
  temporaries: number,
  steps: readonly Step[],
  cost: number,
): void {
  const { shape } = outs[0];
  const size = sizeOf(shape);
  if (size === 0) return;
  const units = unitsOf(shape, size);
  const kinds = inputs.map((view) =>
    isDirect(view) ? op.DIRECT : isConstant(view) ? op.CONSTANT : op.STRIDED,
  );
  const hasStrided = kinds.includes(op.STRIDED);
  const axes = hasStrided
    ? fewestAxes(
        shape,
        inputs.filter((_, i) => kinds[i] === op.STRIDED),
      )
    : { sizes: [size], strides: [] };
  code.begin(op.ELEMENTWISE, units);
  code.put(size / units);
  code.put(axes.sizes.length);
  code.put(inputs.length);
  code.put(outs.length);
  code.put(temporaries);
  code.put(steps.length);
  for (const extent of axes.sizes) code.put(extent);
  let next = 0;
  for (let i = 0; i < inputs.length; i++) {
    const view = inputs[i];
    code.place(view);
    code.put(kinds[i]);
    code.put(view.buffer.shift);
    const strides = kinds[i] === op.STRIDED ? axes.strides[next++] : undefined;
    for (let axis = 0; axis < axes.sizes.length; axis++) code.put(strides?.[axis] ?? 0);
    code.reads(view, kinds[i] === op.DIRECT ? units : 0);
  }
  for (let i = 0; i < outs.length; i++) {
    code.place(outs[i]);
    code.put(outs[i].buffer.shift);
    code.writes(outs[i], units);
  }
  for (let i = 0; i < steps.length; i++) {
    const { code: number, out, sources } = steps[i];
    code.put(number);
    code.put(out);
    for (let k = 0; k < 3; k++) code.put(k < sources.length ? sources[k] : 0);
  }
  code.end(size * (cost + (hasStrided ? 0.5 : 0)) + 20);
}
