import type { Activation, DType } from "@gradwerk/tensor/backend";
import { codeOf, shiftOf, type WasmBuffer } from "../buffer.ts";
import type { Code, WasmView } from "../code.ts";
import * as op from "../opcodes.ts";
import { activationCode } from "./matmul.ts";

/** Rows of images as lists of their nonzero values. */
interface Lists {
  readonly buffer: WasmBuffer;
  readonly counts: WasmBuffer;
  /** Bytes of a list. */
  readonly bytes: number;
  readonly rows: number;
  readonly inputs: number;
  /** What they were made of. */
  readonly sources: readonly WasmView[];
}

/** What a program has made of rows of images so far: lists, or the rows as floats, by views, scale and dtype. */
export class KnownRows {
  readonly #lists = new Map<string, Lists>();
  readonly #dense = new Map<string, { readonly x: WasmBuffer; readonly sources: readonly WasmView[] }>();

  lists(key: string, make: () => Lists): Lists {
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#lists.set(key, made);
    return made;
  }

  dense(key: string, sources: readonly WasmView[], make: () => WasmBuffer): WasmBuffer {
    const known = this.#dense.get(key);
    if (known !== undefined) return known.x;
    const x = make();
    this.#dense.set(key, { x, sources });
    return x;
  }

  /** Forgets what was made of memory that is now written to. */
  forget(written: readonly WasmView[]): void {
    for (const map of [this.#lists, this.#dense]) {
      for (const [key, { sources }] of map) {
        if (sources.some((source) => written.some((view) => mayShare(source, view)))) map.delete(key);
      }
    }
  }
}

// Arguments may lie anywhere, but for what the program itself has made.
function mayShare({ buffer: a }: WasmView, { buffer: b }: WasmView): boolean {
  if (a.input >= 0 || b.input >= 0) return a.input === b.input || !(a.isOwn || b.isOwn);
  return a.pointer < b.pointer + b.length * 2 ** b.shift && b.pointer < a.pointer + a.length * 2 ** a.shift;
}

/** Names rows of images in one dtype. */
export function rowsKey(images: WasmView, rows: WasmView, scale: number, dtype: DType): string {
  const place = ({ buffer, offset }: WasmView) => `${buffer.input}:${buffer.pointer}:${offset}`;
  return `${place(images)} ${place(rows)} ${rows.shape[0]} ${scale} ${dtype}`;
}

/** `y = activation(x w + b)`, reading only values of x that are not 0. */
export function sparseLinear(
  code: Code,
  [y]: readonly WasmView[],
  [images, rows, weight, bias]: readonly WasmView[],
  { scale, activation }: { readonly scale: number; readonly activation: Activation },
  known?: KnownRows,
): void {
  const lists = listsOf(code, images, rows, weight.buffer, scale, known);
  const outputs = weight.shape[1];
  code.begin(op.SPARSE_LINEAR, lists.rows);
  listWords(code, y, lists);
  code.put(lists.inputs);
  code.place(weight);
  code.put(outputs * 2 ** weight.buffer.shift);
  code.put(outputs);
  code.place(bias);
  code.place(y);
  code.put(activation === "relu" ? op.RELU : activationCode(activation));
  readLists(code, lists, lists.rows);
  code.reads(weight);
  code.reads(bias);
  code.writes(y, lists.rows);
  code.end((lists.rows * lists.inputs * outputs) / 80 + 50);
}

/** `dw = x^T dy`. */
export function sparseLinearGradient(
  code: Code,
  [gradient]: readonly WasmView[],
  [images, rows, outputGradient]: readonly WasmView[],
  { scale }: { readonly scale: number },
): void {
  backward(code, gradient, images, rows, outputGradient, undefined, scale);
}

/** `w -= rate * x^T dy`. */
export function sparseLinearSgdUpdate(
  code: Code,
  [weight]: readonly WasmView[],
  [images, rows, outputGradient, rate]: readonly WasmView[],
  { scale }: { readonly scale: number },
): void {
  backward(code, weight, images, rows, outputGradient, rate, scale);
}

function backward(
  code: Code,
  target: WasmView,
  images: WasmView,
  rows: WasmView,
  outputGradient: WasmView,
  rate: WasmView | undefined,
  scale: number,
): void {
  const [inputs, outputs] = target.shape;
  const [count] = rows.shape;
  const size = 2 ** target.buffer.shift;
  // Places of images, their bytes turned around, a list of rows and values; for a single image a list of its values.
  const bytes =
    Math.ceil((count * (4 + 8 + 4 + size) + (count === 1 ? inputs * (4 + size) : 0) + 512) / 64) * 64;
  const scratch = code.temporary("uint8", bytes * code.threads);
  code.begin(op.SPARSE_GRADIENT, inputs);
  code.put(target.buffer.code);
  code.place(images);
  code.put(inputs);
  code.put(images.shape[0]);
  code.put(count);
  code.place(outputGradient);
  code.put(outputs);
  code.place(target);
  if (rate === undefined) code.put(0);
  else code.place(rate);
  code.put(scratch.pointer);
  code.put(bytes);
  code.place(rows);
  code.numbers(target.buffer.code, scale);
  code.reads(images);
  code.reads(rows);
  code.reads(outputGradient);
  if (rate !== undefined) code.reads(rate);
  code.writes(target, inputs);
  code.end((count * inputs * outputs) / 80 + inputs * 5);
}

function listsOf(
  code: Code,
  images: WasmView,
  rows: WasmView,
  { dtype }: WasmBuffer,
  scale: number,
  known: KnownRows | undefined,
): Lists {
  const make = (): Lists => makeLists(code, images, rows, dtype, scale);
  return known === undefined ? make() : known.lists(rowsKey(images, rows, scale, dtype), make);
}

function makeLists(code: Code, images: WasmView, rows: WasmView, dtype: DType, scale: number): Lists {
  const count = rows.shape[0];
  const [available, inputs] = images.shape;
  const bytes = Math.ceil(((inputs + 8) * (4 + 2 ** shiftOf(dtype))) / 16) * 16;
  const lists: Lists = {
    buffer: code.temporary("uint8", bytes * count),
    counts: code.temporary("int32", count),
    bytes,
    rows: count,
    inputs,
    sources: [images, rows],
  };
  code.begin(op.SPARSE_LISTS, count);
  code.put(codeOf(dtype));
  code.place(images);
  code.put(inputs);
  code.put(available);
  code.put(inputs);
  code.place(rows);
  code.numbers(codeOf(dtype), scale);
  code.put(lists.buffer.pointer);
  code.put(bytes);
  code.put(lists.counts.pointer);
  code.reads(images);
  code.reads(rows, count);
  code.writes(whole(lists.buffer), count);
  code.writes(whole(lists.counts), count);
  code.end(count * (20 + inputs * 0.15));
  return lists;
}

function listWords(code: Code, like: WasmView, lists: Lists): void {
  code.put(like.buffer.code);
  code.put(lists.buffer.pointer);
  code.put(lists.bytes);
  code.put(lists.counts.pointer);
}

function readLists(code: Code, lists: Lists, units: number): void {
  code.reads(whole(lists.buffer), units);
  code.reads(whole(lists.counts), units);
}

function whole(buffer: WasmBuffer): WasmView {
  return { buffer, offset: 0, shape: [buffer.length], strides: [1] };
}
