import type { Activation, DType } from "@gradwerk/tensor/backend";
import type { WasmBuffer } from "../buffer.ts";
import type { Code, WasmView } from "../code.ts";
import type { ImageIndex } from "../image-index.ts";
import * as op from "../opcodes.ts";
import { activationCode } from "./matmul.ts";

/** Rows of images as lists of their nonzero values. */
interface Lists {
  readonly starts: WasmBuffer;
  readonly counts: WasmBuffer;
  readonly rows: number;
  readonly inputs: number;
}

/** What a program has made of rows of images so far, for all the steps that read the same. */
export class KnownRows {
  readonly #made = new Map<string, { readonly value: unknown; readonly sources: readonly WasmView[] }>();
  readonly #indexOf: (images: WasmView) => ImageIndex | undefined;

  /** @param indexOf gives the index of images that stay as they are while the program runs */
  constructor(indexOf: (images: WasmView) => ImageIndex | undefined) {
    this.#indexOf = indexOf;
  }

  index(images: WasmView): ImageIndex | undefined {
    return this.#indexOf(images);
  }

  /** What was made of the sources under this name, or what `make` makes of them now. */
  get<Made>(name: string, sources: readonly WasmView[], make: () => Made): Made {
    const places = sources.map(
      ({ buffer, offset, shape }) => `${buffer.input}:${buffer.pointer}:${offset}:${shape}`,
    );
    const key = `${name} ${places}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known.value as Made;
    const value = make();
    this.#made.set(key, { value, sources });
    return value;
  }

  /** Forgets what was made of memory that is now written to. */
  forget(written: readonly WasmView[]): void {
    for (const [key, { sources }] of this.#made) {
      if (sources.some((source) => written.some((view) => mayShare(source.buffer, view.buffer)))) {
        this.#made.delete(key);
      }
    }
  }
}

/** Whether two buffers may be the same memory. Arguments may lie anywhere, but for what the program itself has made. */
export function mayShare(a: WasmBuffer, b: WasmBuffer): boolean {
  if (a.input >= 0 || b.input >= 0) return a.input === b.input || !(a.isOwn || b.isOwn);
  return a.pointer < b.pointer + b.length * 2 ** b.shift && b.pointer < a.pointer + a.length * 2 ** a.shift;
}

/** With so few threads it takes less to turn lists twice than to hand them from core to core. */
const fewThreads = 4;

/** Bytes of a row of a weight for each thread at least, that threads share its columns. */
const columnBytes = 128;

// A weight that every step changes stays in the caches of the threads that change it, where they share its columns
// forward too.
function sharing(code: Code, { shape, buffer }: WasmView): number {
  if (code.threads === 1 || shape[1] * 2 ** buffer.shift < code.threads * columnBytes) return op.ROWS;
  return code.threads <= fewThreads ? op.OWN_COLUMNS : op.COLUMNS;
}

/**
 * `y = activation(x w + b)`, reading only values of x that are not 0.
 *
 * @param descends whether the same program takes the gradient off the weight
 */
export function sparseLinear(
  code: Code,
  [y]: readonly WasmView[],
  [images, rows, weight, bias]: readonly WasmView[],
  { scale, activation }: { readonly scale: number; readonly activation: Activation },
  known?: KnownRows,
  descends: boolean = false,
): void {
  const { dtype, shift } = weight.buffer;
  const lists = listsOf(code, images, rows, known);
  const table = tableOf(code, dtype, scale, known);
  const outputs = weight.shape[1];
  code.begin(op.SPARSE_LINEAR, lists.rows);
  code.put(weight.buffer.code);
  code.put(lists.starts.pointer);
  code.put(lists.counts.pointer);
  code.put(table.pointer);
  code.place(weight);
  code.put(outputs * 2 ** shift);
  code.put(outputs);
  code.place(bias);
  code.place(y);
  code.put(activation === "relu" ? op.RELU : activationCode(activation));
  const shared = descends && lists.rows > 1 ? sharing(code, weight) : op.ROWS;
  code.put(shared);
  const units = shared === op.ROWS ? lists.rows : 0;
  code.reads(whole(lists.starts), units);
  code.reads(whole(lists.counts), units);
  code.reads(weight);
  code.reads(bias);
  code.writes(y, units);
  code.end((lists.rows * lists.inputs * outputs) / 80 + 50);
}

/** `dw = x^T dy`. */
export function sparseLinearGradient(
  code: Code,
  [gradient]: readonly WasmView[],
  [images, rows, outputGradient]: readonly WasmView[],
  { scale }: { readonly scale: number },
  known?: KnownRows,
): void {
  backward(code, gradient, images, rows, outputGradient, undefined, scale, known);
}

/** `w -= rate * x^T dy`. */
export function sparseLinearSgdUpdate(
  code: Code,
  [weight]: readonly WasmView[],
  [images, rows, outputGradient, rate]: readonly WasmView[],
  { scale }: { readonly scale: number },
  known?: KnownRows,
): void {
  backward(code, weight, images, rows, outputGradient, rate, scale, known);
}

function backward(
  code: Code,
  target: WasmView,
  images: WasmView,
  rows: WasmView,
  outputGradient: WasmView,
  rate: WasmView | undefined,
  scale: number,
  known: KnownRows | undefined,
): void {
  const [inputs, outputs] = target.shape;
  const { dtype } = target.buffer;
  const lists = listsOf(code, images, rows, known);
  const table = tableOf(code, dtype, scale, known);
  const shared = rate !== undefined && lists.rows > 1 ? sharing(code, target) : op.ROWS;
  const room =
    lists.rows === 1
      ? undefined
      : turnedOf(code, lists, table, target.shape, shared === op.OWN_COLUMNS, [images, rows], known);
  code.begin(op.SPARSE_GRADIENT, inputs);
  code.put(target.buffer.code);
  code.put(lists.starts.pointer);
  code.put(lists.counts.pointer);
  code.put(table.pointer);
  code.put(lists.rows);
  code.place(outputGradient);
  code.put(outputs);
  code.place(target);
  if (rate === undefined) code.put(0);
  else code.place(rate);
  code.put(room?.buffer.pointer ?? 0);
  code.put(room?.bytes ?? 0);
  code.put(shared);
  if (room !== undefined) code.reads(whole(room.buffer), shared === op.COLUMNS ? 0 : inputs);
  code.reads(whole(lists.starts));
  code.reads(whole(lists.counts));
  code.reads(outputGradient);
  if (rate !== undefined) code.reads(rate);
  code.writes(target, shared === op.ROWS ? inputs : 0);
  code.end((lists.rows * inputs * outputs) / 80 + alwaysShared);
}

/** As long, in nanoseconds, that threads share the instruction for certain: what each turns is its own share. */
const alwaysShared = 1000;

/** Turned lists: room of each thread, and bytes of it. */
interface Turned {
  readonly buffer: WasmBuffer;
  readonly bytes: number;
}

function turnedOf(
  code: Code,
  lists: Lists,
  table: WasmBuffer,
  [inputs, outputs]: readonly number[],
  isForItself: boolean,
  sources: readonly WasmView[],
  known: KnownRows | undefined,
): Turned {
  const size = 2 ** table.shift;
  const make = (): Turned => {
    // Where each input's run ends, where its values belong, the values.
    const bytes = Math.ceil(((inputs + 1) * 4 + lists.rows * inputs * (4 + size) + 64) / 64) * 64;
    const buffer = code.temporary("uint8", bytes * code.threads);
    code.begin(op.SPARSE_TURN, inputs);
    code.put(table.code);
    code.put(lists.starts.pointer);
    code.put(lists.counts.pointer);
    code.put(table.pointer);
    code.put(lists.rows);
    code.put(outputs * size);
    code.put(buffer.pointer);
    code.put(bytes);
    code.put(isForItself ? 1 : 0);
    code.reads(whole(lists.starts));
    code.reads(whole(lists.counts));
    code.writes(whole(buffer), inputs);
    code.end(lists.rows * inputs * 0.5 + alwaysShared);
    return { buffer, bytes };
  };
  const name = `turned ${table.pointer} ${outputs} ${isForItself}`;
  return known === undefined ? make() : known.get(name, sources, make);
}

function listsOf(code: Code, images: WasmView, rows: WasmView, known: KnownRows | undefined): Lists {
  const make = (): Lists => makeLists(code, images, rows, known?.index(images));
  return known === undefined ? make() : known.get("lists", [images, rows], make);
}

function makeLists(code: Code, images: WasmView, rows: WasmView, index: ImageIndex | undefined): Lists {
  const count = rows.shape[0];
  const [available, inputs] = images.shape;
  const bytes = (inputs + 8) * 4;
  const starts = code.temporary("int32", count);
  const counts = code.temporary("int32", count);
  const room = index === undefined ? code.temporary("uint8", bytes * count) : undefined;
  code.begin(op.SPARSE_ROWS, count);
  code.place(images);
  code.put(inputs);
  code.put(available);
  code.put(inputs);
  code.place(rows);
  code.put(starts.pointer);
  code.put(counts.pointer);
  code.put(index?.beginnings ?? 0);
  code.put(index?.entries ?? 0);
  code.put(room?.pointer ?? 0);
  code.put(bytes);
  code.reads(images);
  code.reads(rows, count);
  code.writes(whole(starts), count);
  code.writes(whole(counts), count);
  // What is in the lists changes with what is said of them.
  code.end(count * (20 + (index === undefined ? inputs * 0.3 : 100)), index !== undefined);
  return { starts, counts, rows: count, inputs };
}

// What bytes are worth.
function tableOf(code: Code, dtype: DType, scale: number, known: KnownRows | undefined): WasmBuffer {
  const make = (): WasmBuffer => {
    const table = code.temporary(dtype, 256);
    const values = dtype === "float32" ? code.heap.float32 : code.heap.float64;
    // As the dense way rounds: the scale first, then the product.
    const factor = dtype === "float32" ? Math.fround(scale) : scale;
    for (let byte = 0; byte < 256; byte++) values[table.pointer / 2 ** table.shift + byte] = byte * factor;
    return table;
  };
  return known === undefined ? make() : known.get(`table ${dtype} ${scale}`, [], make);
}

function whole(buffer: WasmBuffer): WasmView {
  return { buffer, offset: 0, shape: [buffer.length], strides: [1] };
}
