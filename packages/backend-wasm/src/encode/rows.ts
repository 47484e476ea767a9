import type { Code, WasmView } from "../code.ts";
import * as op from "../opcodes.ts";

export function gatherRows(
  code: Code,
  [out]: readonly WasmView[],
  [table, indices]: readonly WasmView[],
): void {
  const [count, width] = out.shape;
  if (count * width === 0) return;
  code.begin(op.GATHER_ROWS, count);
  rowWords(code, out, table, indices);
  code.reads(table);
  code.reads(indices, count);
  code.writes(out, count);
  code.end(count * (5 + (width * 2 ** out.buffer.shift) / 30) + 20, true);
}

/** `scale` times rows of bytes, as floats. */
export function gatherScaled(
  code: Code,
  [out]: readonly WasmView[],
  [images, indices]: readonly WasmView[],
  { scale }: { readonly scale: number },
): void {
  const [count, width] = out.shape;
  if (count * width === 0) return;
  code.begin(op.GATHER_SCALED, count);
  rowWords(code, out, images, indices);
  code.put(out.buffer.code);
  code.numbers(out.buffer.code, scale);
  code.reads(images);
  code.reads(indices, count);
  code.writes(out, count);
  code.end(count * (5 + width * 0.3) + 20);
}

export function scatterAddRows(
  code: Code,
  [out]: readonly WasmView[],
  [indices, x]: readonly WasmView[],
): void {
  const [rows, width] = out.shape;
  const [count] = indices.shape;
  if (count * width === 0 || rows === 0) return;
  code.begin(op.SCATTER_ADD_ROWS, width);
  code.put(out.buffer.code);
  code.put(rows);
  code.put(width);
  code.put(count);
  code.place(out);
  code.place(x);
  code.place(indices);
  code.put(0);
  code.reads(indices);
  code.reads(x);
  code.writes(out);
  code.end(count * (5 + width * 0.3) + 20);
}

function rowWords(code: Code, out: WasmView, table: WasmView, indices: WasmView): void {
  const [count, width] = out.shape;
  const [rows] = table.shape;
  code.put(table.buffer.code);
  code.put(rows);
  code.put(width);
  code.put(count);
  code.place(out);
  code.place(table);
  code.place(indices);
  code.put((rows === 1 ? width : table.strides[0]) * 2 ** table.buffer.shift);
}
