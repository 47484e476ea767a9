import type { ReduceKernelOp } from "@gradwerk/tensor/backend";
import type { Code, WasmView } from "../code.ts";
import * as op from "../opcodes.ts";
import { sizeOf } from "./shapes.ts";

const reduceOps: Readonly<Record<ReduceKernelOp, number>> = {
  sum: op.SUM,
  prod: op.PROD,
  max: op.MAX,
  min: op.MIN,
};

/** A line as long as this is cut into pieces, that threads share; whether they do or not, so that the sum is the same. */
const longLine = 1 << 17;
const piece = 1 << 14;

export function reduce(
  code: Code,
  [out]: readonly WasmView[],
  [x]: readonly WasmView[],
  { op: name }: { readonly op: ReduceKernelOp },
): void {
  const [outer, length, inner] = x.shape;
  if (outer * inner === 0) return;
  if (outer * inner > 1 || length < longLine || name === "prod") {
    lines(code, out, x, reduceOps[name]);
    return;
  }
  const pieces = Math.floor(length / piece);
  const rest = length - pieces * piece;
  const stride = x.strides[1];
  const buffer = code.temporary(out.buffer.dtype, pieces + 1);
  const partial = (offset: number, count: number): WasmView => ({
    buffer,
    offset,
    shape: [count, 1],
    strides: [1, 1],
  });
  lines(
    code,
    partial(0, pieces),
    { ...x, shape: [pieces, piece, 1], strides: [piece * stride, stride, 1] },
    reduceOps[name],
  );
  if (rest > 0) {
    const last = {
      ...x,
      offset: x.offset + pieces * piece * stride,
      shape: [1, rest, 1],
      strides: [rest, stride, 1],
    };
    lines(code, partial(pieces, 1), last, reduceOps[name]);
  }
  const count = pieces + (rest > 0 ? 1 : 0);
  lines(code, out, { buffer, offset: 0, shape: [1, count, 1], strides: [count, 1, 1] }, reduceOps[name]);
}

function lines(code: Code, out: WasmView, x: WasmView, name: number): void {
  const [outer, length, inner] = x.shape;
  const units = outer * inner;
  code.begin(op.REDUCE, units);
  code.put(name);
  extents(code, out, x);
  code.reads(x, inner === 1 && length > 0 && x.strides[1] === 1 && x.strides[0] === length ? outer : 0);
  code.writes(out, units);
  code.end(sizeOf(x.shape) * 0.2 + units + 20);
}

export function argReduce(
  code: Code,
  [out]: readonly WasmView[],
  [x]: readonly WasmView[],
  { op: name }: { readonly op: "max" | "min" },
): void {
  const [outer, , inner] = x.shape;
  const units = outer * inner;
  if (units === 0) return;
  code.begin(op.ARG_REDUCE, units);
  code.put(reduceOps[name]);
  extents(code, out, x);
  code.reads(x, inner === 1 && x.strides[1] === 1 && x.strides[0] === x.shape[1] ? outer : 0);
  code.writes(out, units);
  code.end(sizeOf(x.shape) * 0.8 + units + 20);
}

// dtype, sizes, places and strides; an axis of one element has a stride that says nothing.
function extents(code: Code, out: WasmView, x: WasmView): void {
  const { shape, strides } = x;
  code.put(x.buffer.code);
  for (const size of shape) code.put(size);
  code.place(out);
  code.place(x);
  for (let axis = 0; axis < 3; axis++) code.put(shape[axis] === 1 ? 0 : strides[axis]);
}
