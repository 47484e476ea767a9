import type { Code, WasmView } from "../code.ts";
import * as op from "../opcodes.ts";
import { type Axes, fewestAxes, sizeOf } from "./shapes.ts";

export function fill(
  code: Code,
  [out]: readonly WasmView[],
  _inputs: readonly WasmView[],
  { value }: { readonly value: number },
): void {
  const size = sizeOf(out.shape);
  if (size === 0) return;
  const { sizes, strides } = outermostFirst(fewestAxes(out.shape, [out]));
  code.begin(op.FILL, sizes[0]);
  code.put(out.buffer.shift);
  code.put(sizes.length);
  code.place(out);
  code.numbers(out.buffer.code === op.UINT8 ? op.INT32 : out.buffer.code, value);
  for (const extent of sizes) code.put(extent);
  for (const stride of strides[0]) code.put(stride);
  code.writes(out, sizes.length === 1 && strides[0][0] === 1 ? sizes[0] : 0);
  code.end(size * 0.1 + 20);
}

export function copy(code: Code, [out]: readonly WasmView[], [x]: readonly WasmView[]): void {
  const size = sizeOf(out.shape);
  if (size === 0) return;
  const { sizes, strides } = outermostFirst(fewestAxes(out.shape, [out, x]));
  code.begin(op.COPY_STRIDED, sizes[0]);
  code.put(out.buffer.shift);
  code.put(sizes.length);
  code.place(out);
  code.place(x);
  for (const extent of sizes) code.put(extent);
  for (const list of strides) for (const stride of list) code.put(stride);
  code.reads(x);
  code.writes(out);
  code.end(size * (sizes.length === 1 ? 0.2 : 0.5) + 20);
}

// The destination's elements lie closest along the last axis.
function outermostFirst({ sizes, strides }: Axes): Axes {
  const order = sizes.map((_, axis) => axis);
  order.sort((a, b) => Math.abs(strides[0][b]) - Math.abs(strides[0][a]));
  return {
    sizes: order.map((axis) => sizes[axis]),
    strides: strides.map((list) => order.map((axis) => list[axis])),
  };
}
