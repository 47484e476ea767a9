import type { Activation } from "@gradwerk/tensor/backend";
import type { Code, WasmView } from "../code.ts";
import * as op from "../opcodes.ts";
import { fill } from "./layout.ts";
import { isDirect } from "./shapes.ts";

const noActivation = -1;

/** Where the elements of a matrix are: bytes from row to row and from column to column. */
interface Steps {
  readonly matrix: number;
  readonly row: number;
  readonly column: number;
}

/** A product and what it starts from: nothing (0), what is there already, or a bias for each column. */
interface Product {
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: WasmView;
  readonly aSteps: Steps;
  readonly b: WasmView;
  readonly bSteps: Steps;
  readonly out: WasmView;
  readonly first: "zeros" | "out" | WasmView;
  readonly mode: number;
  readonly rate?: WasmView;
  readonly activation: number;
}

export function matmul(
  code: Code,
  [out]: readonly WasmView[],
  [a, b]: readonly WasmView[],
  { transposeA, transposeB, accumulate }: { transposeA: boolean; transposeB: boolean; accumulate: boolean },
): void {
  const [batch, m, n] = out.shape;
  if (batch * m * n === 0) return;
  const k = a.shape[transposeA ? 1 : 2];
  if (k === 0) {
    if (!accumulate) fill(code, [out], [], { value: 0 });
    return;
  }
  product(code, {
    batch,
    m,
    n,
    k,
    a,
    aSteps: stepsOf(a, transposeA),
    b,
    bSteps: stepsOf(b, transposeB),
    out,
    first: accumulate ? "out" : "zeros",
    mode: op.STORE,
    activation: noActivation,
  });
}

/** `w -= rate * a b`, where nothing else needs the product. */
export function matmulDescent(
  code: Code,
  weight: WasmView,
  [a, b]: readonly WasmView[],
  { transposeA, transposeB }: { transposeA: boolean; transposeB: boolean },
  rate: WasmView,
): void {
  const [m, n] = weight.shape;
  product(code, {
    batch: 1,
    m,
    n,
    k: a.shape[transposeA ? 1 : 2],
    a,
    aSteps: stepsOf(a, transposeA),
    b,
    bSteps: stepsOf(b, transposeB),
    out: { ...weight, shape: [1, m, n], strides: [m * n, n, 1] },
    first: "zeros",
    mode: op.DESCEND,
    rate,
    activation: noActivation,
  });
}

export function linear(
  code: Code,
  [y]: readonly WasmView[],
  [x, weight, bias]: readonly WasmView[],
  { activation }: { readonly activation: Activation },
): void {
  const [m, k] = x.shape;
  const n = weight.shape[1];
  product(code, {
    batch: 1,
    m,
    n,
    k,
    a: x,
    aSteps: stepsOf({ ...x, shape: [1, m, k], strides: [0, k, 1] }, false),
    b: weight,
    bSteps: stepsOf({ ...weight, shape: [1, k, n], strides: [0, n, 1] }, false),
    out: y,
    first: bias,
    mode: activation === "relu" ? op.RECTIFY : op.STORE,
    activation: activationCode(activation),
  });
}

/** The opcode of an activation that is applied to finished rows; -1 where there is none, or where it goes with the product. */
export function activationCode(activation: Activation): number {
  if (activation === "sigmoid") return op.SIGMOID;
  return activation === "tanh" ? op.TANH : noActivation;
}

// The stride of an axis with one element says nothing.
function stepsOf({ buffer, shape, strides }: WasmView, isTransposed: boolean): Steps {
  const size = 2 ** buffer.shift;
  const matrix = shape[0] === 1 ? 0 : strides[0] * size;
  const [, count, length] = shape;
  const across = count === 1 ? length * size : strides[1] * size;
  return isTransposed ? { matrix, row: size, column: across } : { matrix, row: across, column: size };
}

/** What threads share of products `[batch, m, n]`. */
function sharing(threads: number, batch: number, m: number, n: number): number {
  if (batch >= threads * 2 || (batch > 1 && m * n < 4096)) return op.MATRICES;
  return m >= threads * 4 || m >= n ? op.ROWS : op.COLUMNS;
}

function product(code: Code, given: Product): void {
  const { batch, m, n, k, a, aSteps, b, bSteps, out, first, mode, rate, activation } = given;
  const size = 2 ** out.buffer.shift;
  const shared = batch > 1 && batch < code.threads * 2 ? op.MATRICES : sharing(code.threads, batch, m, n);
  const units = shared === op.ROWS ? m : shared === op.COLUMNS ? n : batch;
  code.begin(op.MATMUL, units);
  code.put(out.buffer.code);
  code.put(batch);
  code.put(m);
  code.put(n);
  code.put(k);
  code.place(a);
  code.put(aSteps.matrix);
  code.put(aSteps.row);
  code.put(aSteps.column);
  code.place(b);
  code.put(bSteps.matrix);
  code.put(bSteps.row);
  code.put(bSteps.column);
  code.place(out);
  code.put(m * n * size);
  if (first === "out") {
    code.put(0);
    code.put(0);
    code.put(0);
  } else {
    if (first === "zeros") code.put(code.heap.zeros);
    else code.place(first);
    code.put(0);
    code.put(first === "zeros" ? 0 : size);
  }
  code.put(mode);
  if (rate === undefined) code.put(0);
  else code.place(rate);
  code.put(activation);
  code.put(shared);
  const areas = shared === op.ROWS && batch === 1 ? m : shared === op.MATRICES ? batch : 0;
  code.reads(a, aSteps.column === size && isDirect(a) ? areas : 0);
  code.reads(b, shared === op.MATRICES && isDirect(b) && b.shape[0] === batch ? areas : 0);
  if (typeof first === "object") code.reads(first);
  if (rate !== undefined) code.reads(rate);
  code.writes(out, areas);
  code.end((batch * m * n * k) / 20 + batch * m * n * 0.3 + 50);
}
