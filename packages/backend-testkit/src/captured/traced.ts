import { createDevice, type Device, type Tensor } from "@gradwerk/tensor";
import type {
  AnyKernel,
  Backend,
  BackendBuffer,
  FusedKernels,
  Kernels,
  ProgramStep,
  ProgramView,
  TypedArray,
  View,
} from "@gradwerk/tensor/backend";
import { shared } from "../devices.ts";
import { kernelNames, poisoned } from "../kernel-call.ts";
import type { OwnBuffer, ProgramPlan } from "./programs.ts";

/** A step as it is noted down, its buffers numbered as they were made. */
interface NotedStep {
  readonly kernel: string;
  readonly out: readonly ProgramView[];
  readonly inputs: readonly ProgramView[];
  readonly attributes: object;
}

/** A buffer, and what became of it. */
interface NotedBuffer {
  readonly buffer: BackendBuffer;
  /** What the program's user wrote into it before the steps. */
  values?: TypedArray;
  /** Whether its content was asked for in the end. */
  isResult: boolean;
  /** The numbers of the first step that may use it, and of the first that may not. */
  readonly from: number;
  to: number;
}

/**
 * What `work` makes a backend do, as a program: what it wrote becomes inputs and constants, what it reads results, and
 * all else temporaries that share slots where their times allow it.
 *
 * @param work runs ops and gives the tensors that count
 */
export async function tracedPlan(
  name: string,
  backend: Backend,
  work: (device: Device) => readonly Tensor[],
): Promise<ProgramPlan> {
  const noted: NotedBuffer[] = [];
  const steps: NotedStep[] = [];
  const numberOf = new Map<BackendBuffer, number>();
  const noteOf = (buffer: BackendBuffer): NotedBuffer => noted[numberOf.get(buffer) ?? -1];
  const numbered = (views: readonly View[]): ProgramView[] =>
    views.map((view) => ({ ...view, buffer: numberOf.get(view.buffer) ?? -1 }));
  const watched = (table: Kernels | FusedKernels, names: readonly string[]): object =>
    Object.fromEntries(
      names.map((kernel): [string, AnyKernel] => {
        const run = table[kernel as keyof typeof table] as AnyKernel;
        const noting: AnyKernel = (out, inputs, attributes) => {
          steps.push({ kernel, out: numbered(out), inputs: numbered(inputs), attributes });
          run(out, inputs, attributes);
        };
        return [kernel, noting];
      }),
    );

  // Programs within the work run kernel by kernel, and nobody reads on the way: all that happens is noted.
  const { compile: _compile, readSync: _readSync, ...parts } = shared(backend);
  const device = createDevice(
    {
      ...parts,
      kernels: watched(backend.kernels, kernelNames) as Kernels,
      fused: watched(backend.fused ?? {}, Object.keys(backend.fused ?? {})) as FusedKernels,
      alloc(dtype, length) {
        const buffer = backend.alloc(dtype, length);
        numberOf.set(buffer, noted.length);
        noted.push({ buffer, isResult: false, from: steps.length, to: Number.POSITIVE_INFINITY });
        return buffer;
      },
      write(buffer, offset, values) {
        noteOf(buffer).values = values.slice();
        backend.write(buffer, offset, values);
      },
      read(buffer, offset, length) {
        noteOf(buffer).isResult = true;
        return backend.read(buffer, offset, length);
      },
      // Freed at the end, so that no two have one handle.
      free(buffer) {
        noteOf(buffer).to = steps.length;
      },
      dispose: () => {},
    },
    { pooling: false },
  );
  try {
    using _scope = device.openScope();
    await Promise.all(work(device).map((result) => result.data()));
  } finally {
    for (const { buffer } of noted) backend.free(buffer);
  }
  return planned(name, noted, steps);
}

/** Puts external buffers first, as a plan has them, and numbers anew. */
function planned(name: string, noted: readonly NotedBuffer[], steps: readonly NotedStep[]): ProgramPlan {
  const written = new Set(steps.flatMap(({ out }) => out.map(({ buffer }) => buffer)));
  // Of the inputs that no step changes every second is taken for a constant.
  const isConstant = ({ values, isResult }: NotedBuffer, i: number): boolean =>
    values !== undefined && !isResult && !written.has(i) && i % 2 === 1;
  const numbers = noted.map((_, i) => i);
  const isExternal = (i: number): boolean =>
    (noted[i].values !== undefined || noted[i].isResult) && !isConstant(noted[i], i);
  const order = [...numbers.filter(isExternal), ...numbers.filter((i) => !isExternal(i))];
  const slots = slotsOf(noted);
  const placed = (views: readonly ProgramView[]): ProgramView[] =>
    views.map((view) => ({ ...view, buffer: order.indexOf(view.buffer) }));
  return {
    name,
    externals: numbers.filter(isExternal).map((i) => {
      const { buffer, values } = noted[i];
      return { dtype: buffer.dtype, values: values ?? poisoned(buffer.dtype, buffer.length) };
    }),
    others: order
      .filter((i) => !isExternal(i))
      .map((i): OwnBuffer => {
        const { buffer, values } = noted[i];
        if (values !== undefined) return { kind: "constant", dtype: buffer.dtype, values };
        return { kind: "temporary", dtype: buffer.dtype, length: buffer.length, slot: slots[i] };
      }),
    steps: steps.map(
      (step) => ({ ...step, out: placed(step.out), inputs: placed(step.inputs) }) as unknown as ProgramStep,
    ),
  };
}

/** A slot for each buffer: the first whose last owner was gone when the buffer was made. */
function slotsOf(noted: readonly NotedBuffer[]): number[] {
  const freeFrom: number[] = [];
  return noted.map(({ from, to }) => {
    const free = freeFrom.findIndex((time) => time <= from);
    const slot = free < 0 ? freeFrom.length : free;
    freeFrom[slot] = to;
    return slot;
  });
}
