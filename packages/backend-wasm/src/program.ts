import type {
  BackendBuffer,
  CompiledProgram,
  Program,
  ProgramBuffer,
  ProgramInput,
  ProgramStep,
  ProgramView,
} from "@gradwerk/tensor/backend";
import { shiftOf, WasmBuffer } from "./buffer.ts";
import { type EagerCode, type Instruction, ProgramCode, type WasmView } from "./code.ts";
import { imageRows, type SparseChoice } from "./encode/image-rows.ts";
import { type Encoder, fusedKernels, requiredKernels } from "./encode/kernels.ts";
import { matmulDescent } from "./encode/matmul.ts";
import { KnownRows, mayShare } from "./encode/sparse.ts";
import { WasmBackendError } from "./errors.ts";
import type { Heap } from "./heap.ts";
import { type ImageIndex, indexOf, written } from "./image-index.ts";
import { PACKED_DEPTH, SHARED } from "./opcodes.ts";
import { scheduled } from "./schedule.ts";
import type { Threads } from "./threads.ts";

/** Programs that take longer, in nanoseconds on one thread, run on all, unless something else was asked for. */
const defaultThreadsFrom = 6000;
/** Temporaries of up to so many bytes each get memory of their own: threads need not wait until a shared place is free. */
const roomy = 2 ** 21;

/** What programs are compiled with. */
export interface Workshop {
  readonly heap: Heap;
  readonly threads: Threads;
  /** For what is computed while compiling. */
  readonly code: EagerCode;
  readonly sparse: SparseChoice;
  readonly threadsFrom: number | undefined;
  /** @throws WasmBackendError `disposed` */
  alive(): void;
  /** @throws WasmBackendError `freed`, `foreign-buffer` */
  check(buffer: BackendBuffer): void;
}

/** Images that were written to this often are no longer looked at: an index of them costs more than it gives. */
const mostIndices = 3;

/** Lays a program out in memory as instructions that all threads walk. */
export function compileProgram(program: Program, workshop: Workshop): CompiledProgram {
  const { threads, alive, check } = workshop;
  const outside = program.buffers.flatMap((buffer) => (buffer.kind === "external" ? [buffer.buffer] : []));
  outside.forEach(check);
  let laid: LaidProgram | undefined = new LaidProgram(program, workshop, true);
  let timesLaid = 1;
  return {
    run(inputs: readonly ProgramInput[], times: number): void {
      alive();
      if (laid === undefined) {
        throw new WasmBackendError("disposed", "this program was disposed of. Compile it again.");
      }
      for (let i = 0; i < outside.length; i++) check(outside[i]);
      for (let i = 0; i < inputs.length; i++) check(inputs[i].buffer);
      if (laid.isStale) {
        laid.dispose();
        laid = new LaidProgram(program, workshop, timesLaid++ < mostIndices);
      }
      laid.point(inputs);
      if (laid.isShared) threads.run(laid.first, laid.end, times);
      else threads.runAlone(laid.first, laid.end, times);
      laid.tell(inputs);
    },
    dispose(): void {
      laid?.dispose();
      laid = undefined;
    },
  };
}

/** A program in memory. */
class LaidProgram {
  readonly #heap: Heap;
  readonly #blocks: number[] = [];
  readonly #indices = new Set<ImageIndex>();
  /** Bytes that are written to, by which buffer or which argument: an index of them is good no more. */
  readonly #written: readonly WasmBuffer[];
  /** Words that name a place in each argument. */
  readonly #patches: { readonly word: number; readonly offset: number }[][] = [];
  readonly #pointed: number[] = [];
  readonly isShared: boolean;
  readonly first: number;
  readonly end: number;

  /** @param looks whether it may make an index of images */
  constructor({ buffers, steps }: Program, workshop: Workshop, looks: boolean) {
    const { heap, threads, code: eager, sparse } = workshop;
    this.#heap = heap;
    const take = (bytes: number): number => {
      const place = heap.take(bytes);
      this.#blocks.push(place);
      return place;
    };
    try {
      const places = placed(buffers, heap, take);
      const outputs = new Set(
        steps.flatMap(({ out }) => (out as readonly ProgramView[]).map(({ buffer }) => buffer)),
      );
      this.#written = [...outputs]
        .map((number) => places[number])
        .filter(({ dtype, isOwn }) => dtype === "uint8" && !isOwn);
      const known = new KnownRows((images) => {
        if (
          !looks ||
          images.buffer.input >= 0 ||
          images.buffer.isOwn ||
          this.#written.some((buffer) => mayShare(buffer, images.buffer))
        )
          return undefined;
        const index = indexOf(images, heap, threads, eager);
        if (index !== undefined) this.#indices.add(index);
        return index;
      });
      const code = new ProgramCode(heap, threads.count);
      try {
        encode(code, steps, places, known, sparse);
      } finally {
        this.#blocks.push(...code.temporaries);
      }
      const cost = code.instructions.reduce((sum, instruction) => sum + instruction.cost, 0);
      this.isShared = threads.count > 1 && cost >= (workshop.threadsFrom ?? defaultThreadsFrom);
      const length = code.instructions.reduce((sum, { words }) => sum + words.length, 0);
      this.first = take(length * 4);
      this.end = this.first + length * 4;
      this.#layOut(code.instructions, this.isShared ? threads.count : 1, workshop.threadsFrom);
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** Whether images were written to since they were looked at. */
  get isStale(): boolean {
    for (const index of this.#indices) if (index.isStale) return true;
    return false;
  }

  /** Writes down where the arguments are. */
  point(inputs: readonly ProgramInput[]): void {
    for (let i = 0; i < inputs.length; i++) {
      const { buffer, offset } = inputs[i];
      const { pointer, shift } = buffer as WasmBuffer;
      const place = pointer + offset * 2 ** shift;
      if (this.#pointed[i] === place) continue;
      this.#pointed[i] = place;
      for (const patch of this.#patches[i] ?? []) this.#heap.words[patch.word] = place + patch.offset;
    }
  }

  /** Tells the buffers that were written to. */
  tell(inputs: readonly ProgramInput[]): void {
    for (const buffer of this.#written) {
      written(buffer.input >= 0 ? (inputs[buffer.input].buffer as WasmBuffer) : buffer);
    }
  }

  dispose(): void {
    for (const place of this.#blocks.splice(0)) this.#heap.give(place);
  }

  #layOut(instructions: readonly Instruction[], threads: number, threadsFrom: number | undefined): void {
    const order =
      threads === 1
        ? instructions.map((instruction) => ({ instruction, by: SHARED, meets: false }))
        : scheduled(instructions, threads, threadsFrom);
    const { words } = this.#heap;
    let at = this.first >>> 2;
    for (const { instruction, by, meets } of order) {
      words.set(instruction.words, at);
      words[at + 2] = meets ? 1 : 0;
      words[at + 3] = by;
      for (const word of instruction.ownPlaces) words[at + word] += at * 4;
      for (const { word, input, offset } of instruction.inputPlaces) {
        this.#patches[input] ??= [];
        this.#patches[input].push({ word: at + word, offset });
      }
      at += instruction.words.length;
    }
  }
}

// The memory of every buffer.
function placed(
  buffers: readonly ProgramBuffer[],
  heap: Heap,
  take: (bytes: number) => number,
): readonly WasmBuffer[] {
  const temporaries = buffers.filter((buffer) => buffer.kind === "temporary");
  const all = temporaries.reduce((sum, { dtype, length }) => sum + length * 2 ** shiftOf(dtype), 0);
  const slotBytes = new Map<number, number>();
  for (const { slot, dtype, length } of temporaries) {
    slotBytes.set(slot, Math.max(slotBytes.get(slot) ?? 0, length * 2 ** shiftOf(dtype)));
  }
  const slots = new Map<number, number>();
  const placeOf = (slot: number, bytes: number): number => {
    if (all <= roomy) return take(bytes);
    const place = slots.get(slot) ?? take(slotBytes.get(slot) ?? bytes);
    slots.set(slot, place);
    return place;
  };
  let inputs = 0;
  return buffers.map((buffer) => {
    if (buffer.kind === "external") return buffer.buffer as WasmBuffer;
    if (buffer.kind === "input") return new WasmBuffer(buffer.dtype, buffer.length, 0, inputs++);
    if (buffer.kind === "temporary") {
      const { dtype, length, slot } = buffer;
      return new WasmBuffer(dtype, length, placeOf(slot, length * 2 ** shiftOf(dtype)), -1, true);
    }
    const { dtype, values } = buffer;
    const place = take(values.byteLength);
    heap.uint8.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), place);
    return new WasmBuffer(dtype, values.length, place, -1, true);
  });
}

const encoders = { ...requiredKernels, ...fusedKernels } as unknown as Readonly<
  Record<string, Encoder<object>>
>;

function encode(
  code: ProgramCode,
  steps: readonly ProgramStep[],
  buffers: readonly WasmBuffer[],
  known: KnownRows,
  sparse: SparseChoice,
): void {
  const viewOf = (view: ProgramView): WasmView => ({ ...view, buffer: buffers[view.buffer] });
  const products = descents(steps, buffers);
  const descending = new Set(
    steps.flatMap((step) => (step.kernel === "sparseLinearSgdUpdate" ? [step.out[0].buffer] : [])),
  );
  const descends = (step: ProgramStep): boolean =>
    step.kernel === "sparseLinear" && descending.has(step.inputs[2].buffer);
  for (const [i, step] of steps.entries()) {
    if (products.skipped.has(i)) continue;
    const out = (step.out as readonly ProgramView[]).map(viewOf);
    const inputs = (step.inputs as readonly ProgramView[]).map(viewOf);
    const product = products.fused.get(i);
    if (product !== undefined && step.kernel === "sgdUpdate") {
      const { inputs: factors, attributes, out: result } = product;
      const [, m, n] = result[0].shape;
      const weight = { ...out[0], shape: [m, n], strides: [n, 1] };
      matmulDescent(code, weight, factors.map(viewOf), attributes, inputs[1]);
    } else if (!imageRows(code, step, out, inputs, known, sparse, descends(step))) {
      encoders[step.kernel](code, out, inputs, step.attributes);
    }
    known.forget(out);
  }
}

type MatmulStep = Extract<ProgramStep, { kernel: "matmul" }>;

/**
 * Products that only one plain descent needs are taken off the weight without being written down: at the place of the
 * descent, where the factors must still be what they were.
 */
function descents(
  steps: readonly ProgramStep[],
  buffers: readonly WasmBuffer[],
): { readonly skipped: ReadonlySet<number>; readonly fused: ReadonlyMap<number, MatmulStep> } {
  const skipped = new Set<number>();
  const fused = new Map<number, MatmulStep>();
  for (const [j, step] of steps.entries()) {
    if (step.kernel !== "sgdUpdate" || step.out.length !== 1) continue;
    if (step.attributes.momentum !== 0 || step.attributes.weightDecay !== 0) continue;
    const [gradient] = step.inputs;
    const isTouched = (other: ProgramStep): boolean =>
      [...other.out, ...other.inputs].some(({ buffer }) => buffer === gradient.buffer);
    const touching = steps.flatMap((other, k) => (isTouched(other) ? [k] : []));
    const [i] = touching;
    const product = steps[i];
    if (touching.length !== 2 || touching[1] !== j || product.kernel !== "matmul") continue;
    const [result] = product.out;
    const [batch, m, n] = result.shape;
    const isWhole = result.offset === 0 && gradient.offset === 0 && m * n === buffers[result.buffer].length;
    if (!isWhole || batch !== 1 || product.attributes.accumulate || !buffers[result.buffer].isOwn) continue;
    // A transposed B is packed, and there is no room to pack all of a deep one, which a descent cannot take in parts.
    if (product.attributes.transposeB && product.inputs[1].shape[2] > PACKED_DEPTH) continue;
    const factors = product.inputs.map(({ buffer }) => buffers[buffer]);
    const changed = steps
      .slice(i + 1, j)
      .some(({ out }) =>
        out.some(({ buffer }) => factors.some((factor) => mayShare(factor, buffers[buffer]))),
      );
    // Nor may the weight be a factor of its own gradient.
    if (changed || factors.some((factor) => mayShare(factor, buffers[step.out[0].buffer]))) continue;
    skipped.add(i);
    fused.set(j, product);
  }
  return { skipped, fused };
}
