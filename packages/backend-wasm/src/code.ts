import type { DType, View } from "@gradwerk/tensor/backend";
import { shiftOf, WasmBuffer } from "./buffer.ts";
import { extentOf } from "./encode/shapes.ts";
import type { Heap } from "./heap.ts";
import { FLOAT32, FLOAT64, HEAD } from "./opcodes.ts";

/** A view on memory of this backend. */
export type WasmView = View<WasmBuffer>;

/** What an instruction reads or writes. */
export interface Access {
  readonly buffer: WasmBuffer;
  /** From the start of the buffer, in bytes. */
  readonly start: number;
  readonly bytes: number;
  /** The threads share these bytes in so many equal parts, as they share the units of the instruction; 0: all see all. */
  readonly units: number;
  readonly writes: boolean;
}

/** One instruction of a program, before it is known where it will lie. */
export interface Instruction {
  readonly words: Int32Array;
  /** Nanoseconds on one thread, roughly. */
  readonly cost: number;
  /** Whether each place is written once, with what stays there: then several threads may do it beside each other. */
  readonly writesOnce: boolean;
  readonly accesses: readonly Access[];
  /** Words that name a place in the instruction itself, in bytes from its start. */
  readonly ownPlaces: readonly number[];
  /** Words that name a place in an argument. */
  readonly inputPlaces: readonly { readonly word: number; readonly input: number; readonly offset: number }[];
}

/**
 * Writes instructions: `begin`, what the opcode asks for word by word, `end`. Kernels are encoded by the same functions
 * whether they run at once (`EagerCode`) or later (`ProgramCode`).
 */
export abstract class Code {
  readonly heap: Heap;
  /** On how many threads instructions may run. */
  readonly threads: number;
  abstract words: Int32Array;
  /** The next word. */
  at: number = 0;
  protected start: number = 0;
  // Numbers of the instruction, which follow its words: which word names their place, and what they are.
  readonly #numberWords: number[] = [];
  readonly #numbers: Float64Array[] = [];
  readonly #numberTypes: number[] = [];

  constructor(heap: Heap, threads: number) {
    this.heap = heap;
    this.threads = threads;
  }

  /** Room that the instructions of the current kernel use; what is in it afterwards does not matter. */
  abstract temporary(dtype: DType, length: number): WasmBuffer;
  /** Says what the instruction reads; with `units`, that each thread reads its own share of so many. */
  abstract reads(view: WasmView, units?: number): void;
  abstract writes(view: WasmView, units?: number): void;
  /**
   * Ends the instruction.
   *
   * @param cost nanoseconds on one thread, roughly
   * @param writesOnce whether each place is written once, with what stays there. Default: false
   */
  abstract end(cost: number, writesOnce?: boolean): void;
  protected abstract ownPlace(word: number): void;
  protected abstract inputPlace(word: number, input: number, offset: number): void;

  begin(opcode: number, units: number): void {
    this.start = this.at;
    const { words } = this;
    words[this.at++] = opcode;
    this.at += HEAD - 1;
    words[this.at++] = units;
  }

  put(word: number): void {
    this.words[this.at++] = word;
  }

  /** The place of a view's first element. */
  place({ buffer, offset }: WasmView): void {
    const bytes = offset << buffer.shift;
    if (buffer.input >= 0) this.inputPlace(this.at, buffer.input, bytes);
    this.words[this.at++] = buffer.pointer + bytes;
  }

  /** The place of these numbers, which the instruction brings along. */
  numbers(type: number, ...values: readonly number[]): void {
    this.#numberWords.push(this.at++);
    this.#numberTypes.push(type);
    this.#numbers.push(Float64Array.from(values));
  }

  protected forgetNumbers(): void {
    this.#numberWords.length = 0;
    this.#numberTypes.length = 0;
    this.#numbers.length = 0;
  }

  protected writeNumbers(): void {
    const { words } = this;
    for (let i = 0; i < this.#numbers.length; i++) {
      const word = this.#numberWords[i];
      words[word] = this.at * 4;
      this.ownPlace(word - this.start);
      const typed = inBytes(this.#numberTypes[i], this.#numbers[i]);
      words.set(typed, this.at);
      this.at += typed.length;
    }
    this.forgetNumbers();
  }
}

function inBytes(type: number, values: Float64Array): Int32Array {
  if (type === FLOAT64) return new Int32Array(values.buffer);
  if (type === FLOAT32) return new Int32Array(Float32Array.from(values).buffer);
  return Int32Array.from(values);
}

/** Instructions that run at once, in one place of the memory that is written again and again. */
export class EagerCode extends Code {
  readonly #slot: number;
  readonly #end: number;
  #temporaries: number[] = [];
  words: Int32Array;
  cost: number = 0;

  constructor(heap: Heap, threads: number) {
    super(heap, threads);
    const bytes = 16384;
    this.#slot = heap.take(bytes);
    this.#end = this.#slot + bytes;
    this.words = heap.words;
  }

  /** Where the instructions begin and end. */
  get first(): number {
    return this.#slot;
  }
  get last(): number {
    return this.at * 4;
  }

  reset(): void {
    this.words = this.heap.words;
    this.at = this.#slot >> 2;
    this.cost = 0;
    this.forgetNumbers();
    this.release();
  }

  /** Gives back the temporaries, once the instructions have run. */
  release(): void {
    if (this.#temporaries.length === 0) return;
    for (const place of this.#temporaries) this.heap.give(place);
    this.#temporaries = [];
  }

  temporary(dtype: DType, length: number): WasmBuffer {
    const place = this.heap.take(length * 2 ** shiftOf(dtype));
    this.#temporaries.push(place);
    this.words = this.heap.words;
    return new WasmBuffer(dtype, length, place);
  }

  reads(): void {}
  writes(): void {}
  protected ownPlace(): void {}
  protected inputPlace(): void {}

  end(cost: number): void {
    this.writeNumbers();
    const { words, start } = this;
    words[start + 1] = (this.at - start) * 4;
    words[start + 2] = 1;
    words[start + 3] = 1;
    this.cost += cost;
    if (this.at * 4 > this.#end) throw new RangeError("backend-wasm: a kernel of too many instructions.");
  }
}

/** Instructions of a program, each by itself. */
export class ProgramCode extends Code {
  words: Int32Array = new Int32Array(1024);
  readonly instructions: Instruction[] = [];
  /** What `temporary` took. */
  readonly temporaries: number[] = [];
  #accesses: Access[] = [];
  #ownPlaces: number[] = [];
  #inputPlaces: { word: number; input: number; offset: number }[] = [];

  temporary(dtype: DType, length: number): WasmBuffer {
    const place = this.heap.take(length * 2 ** shiftOf(dtype));
    this.temporaries.push(place);
    return new WasmBuffer(dtype, length, place, -1, true);
  }

  reads(view: WasmView, units: number = 0): void {
    this.#access(view, units, false);
  }

  writes(view: WasmView, units: number = 0): void {
    this.#access(view, units, true);
  }

  #access(view: WasmView, units: number, writes: boolean): void {
    const { from, bytes } = extentOf(view);
    const start = view.offset * 2 ** view.buffer.shift + from;
    this.#accesses.push({ buffer: view.buffer, start, bytes, units, writes });
  }

  protected ownPlace(word: number): void {
    this.#ownPlaces.push(word);
  }

  protected inputPlace(word: number, input: number, offset: number): void {
    this.#inputPlaces.push({ word, input, offset });
  }

  end(cost: number, writesOnce: boolean = false): void {
    this.writeNumbers();
    this.words[1] = this.at * 4;
    this.instructions.push({
      words: this.words.slice(0, this.at),
      cost,
      writesOnce,
      accesses: this.#accesses,
      ownPlaces: this.#ownPlaces,
      inputPlaces: this.#inputPlaces,
    });
    this.#accesses = [];
    this.#ownPlaces = [];
    this.#inputPlaces = [];
    this.at = 0;
  }
}
