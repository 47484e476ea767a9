import type { BackendBuffer, CompiledProgram, Program } from "../backend.ts";
import { isContiguous } from "../core/layout.ts";
import type { Device } from "../device.ts";
import { TensorError } from "../errors.ts";
import { contiguous } from "../lowering/views.ts";
import { Tensor } from "../tensor.ts";
import { ArgumentsForm, describeArguments } from "./arguments.ts";
import { interpreted } from "./interpreter.ts";
import { type CaptureOptions, optimized } from "./optimized.ts";
import { Outside } from "./outside.ts";
import { planned } from "./plan.ts";
import { Results } from "./results.ts";
import { TracedBuffer } from "./trace.ts";
import { tracedCall } from "./traced-call.ts";

/** One traced program. */
export interface CapturedProgram {
  /** Shapes and dtypes of the arguments, for people. */
  readonly signature: string;
  /** Kernel calls of one run, by name and in order. */
  readonly kernels: readonly string[];
  /** Kernel calls before anything was left out or fused. */
  readonly tracedSteps: number;
  /** What the temporaries of one run take at most at a time. */
  readonly temporaryBytes: number;
  /** Whether the backend compiled it; else the core runs it kernel by kernel. */
  readonly compiled: boolean;
  /** How often it ran. */
  readonly replays: number;
}

/** An argument's place in a run, filled anew for each. */
interface InputPlace {
  buffer: BackendBuffer;
  offset: number;
}

/** What a program needs and what it is. */
interface EntryParts {
  readonly form: ArgumentsForm;
  readonly compiled: CompiledProgram;
  readonly outside: Outside;
  /** For each tensor among the arguments whether a run writes to it. */
  readonly changes: readonly boolean[];
  readonly results: Results;
  readonly report: Omit<CapturedProgram, "replays">;
}

/** One program for arguments of certain shapes and dtypes. */
export class Entry {
  readonly #parts: EntryParts;
  readonly #inputs: InputPlace[];
  readonly #changesInputs: boolean;
  #replays = 0;

  constructor(parts: EntryParts) {
    this.#parts = parts;
    this.#inputs = parts.changes.map(() => ({ buffer: nowhere, offset: 0 }));
    this.#changesInputs = parts.changes.includes(true);
  }

  accepts(leaves: readonly unknown[]): boolean {
    return this.#parts.form.accepts(leaves);
  }

  get report(): CapturedProgram {
    return { ...this.#parts.report, replays: this.#replays };
  }

  replay(leaves: readonly unknown[], times: number): unknown {
    const { outside, compiled, results } = this.#parts;
    outside.assertAlive();
    const copies = this.#placeInputs(leaves);
    try {
      compiled.run(this.#inputs, times);
    } finally {
      for (const copy of copies) copy.dispose();
    }
    this.#replays += times;
    outside.forgetRanges();
    return results.given();
  }

  /** @param live whether the backend is still there to take memory back */
  dispose(live: boolean): void {
    if (live) this.#parts.compiled.dispose();
    this.#parts.results.release();
    this.#parts.outside.release();
  }

  // Gives back the copies that it took of arguments with gaps.
  #placeInputs(leaves: readonly unknown[]): readonly Tensor[] {
    const { changes } = this.#parts;
    let copies: Tensor[] = none;
    let i = 0;
    for (const leaf of leaves) {
      if (!(leaf instanceof Tensor)) continue;
      this.#refuseShared(leaf, changes[i]);
      let even = leaf;
      if (changes[i]) {
        leaf.storage.range = undefined;
        if (!isContiguous(leaf.layout)) refuseGaps(leaf);
      } else if (!isContiguous(leaf.layout)) {
        even = contiguous(leaf);
        copies = [...copies, even];
      }
      const place = this.#inputs[i++];
      place.buffer = even.storage.buffer;
      place.offset = even.layout.offset;
    }
    if (this.#changesInputs) this.#refuseOverlaps(leaves);
    return copies;
  }

  // The passes took argument and tensor from outside for two.
  #refuseShared(leaf: Tensor, changed: boolean): void {
    const { outside } = this.#parts;
    const { buffer } = leaf.storage;
    if (!outside.changes(buffer) && !(changed && outside.uses(buffer))) return;
    throw new TensorError(
      "capture",
      `capture: the step changes ${leaf} or what it looks at, and takes it both as an argument and from outside. ` +
        "Choose one of the two.",
    );
  }

  // The same for two arguments.
  #refuseOverlaps(leaves: readonly unknown[]): void {
    const { changes } = this.#parts;
    const tensors = leaves.filter((leaf) => leaf instanceof Tensor);
    for (const [i, changed] of tensors.entries()) {
      const other = tensors.find((tensor, j) => changes[i] && j !== i && overlap(changed, tensor));
      if (other === undefined) continue;
      throw new TensorError(
        "capture",
        `capture: the step changes ${changed}, and the argument ${other} shows some of the same elements. ` +
          "Pass tensors that lie apart.",
      );
    }
  }
}

const nowhere: BackendBuffer = { dtype: "uint8", length: 0 };
const none: Tensor[] = [];

function refuseGaps(leaf: Tensor): never {
  throw new TensorError(
    "capture",
    `capture: the step changes an argument in place, and ${leaf} is a view with gaps, of which it would get a copy. ` +
      "Pass a contiguous tensor, or use the tensor from outside.",
  );
}

// Elements of a view with gaps count as all from its first to its last.
function overlap(a: Tensor, b: Tensor): boolean {
  if (a.storage !== b.storage || a.size === 0 || b.size === 0) return false;
  const [first, second] = [rangeOf(a), rangeOf(b)];
  return first.low <= second.high && second.low <= first.high;
}

function rangeOf({ layout: { offset, shape, strides } }: Tensor): { low: number; high: number } {
  let [low, high] = [offset, offset];
  for (const [axis, stride] of strides.entries()) {
    const reach = stride * (shape[axis] - 1);
    if (reach < 0) low += reach;
    else high += reach;
  }
  return { low, high };
}

/**
 * Traces a step and makes a program of it.
 *
 * @throws TensorError as `capture` does; what the backend's `compile` throws
 */
export function entryFor(
  device: Device,
  step: (...args: never) => unknown,
  args: readonly unknown[],
  leaves: readonly unknown[],
  options: CaptureOptions,
): Entry {
  const call = tracedCall(device, step, args);
  const program = optimized(call.program, device, options);
  const tensors = leaves.filter((leaf) => leaf instanceof Tensor);
  const results = new Results(device, call);
  try {
    results.write(program.constants);
    const inputs = tensors.map(({ dtype, size }) => ({ dtype, length: size }));
    const plan = planned(program, results.buffers, inputs);
    const changed = new Set(program.steps.flatMap(({ out }) => out.map(({ buffer }) => inputOf(buffer))));
    return new Entry({
      form: new ArgumentsForm(leaves),
      compiled: compiledBy(device, plan.program),
      outside: new Outside(call, program.steps),
      changes: tensors.map((_, i) => changed.has(i)),
      results,
      report: {
        signature: describeArguments(args),
        kernels: plan.program.steps.map(({ kernel }) => kernel),
        tracedSteps: call.program.steps.length,
        temporaryBytes: plan.temporaryBytes,
        compiled: device.backend.compile !== undefined,
      },
    });
  } catch (error) {
    results.release();
    throw error;
  }
}

function inputOf(buffer: BackendBuffer): number | undefined {
  return buffer instanceof TracedBuffer ? buffer.input : undefined;
}

function compiledBy(device: Device, program: Program): CompiledProgram {
  const { backend } = device;
  const compiled = (): CompiledProgram => backend.compile?.(program) ?? interpreted(program, backend);
  if (device.pooledBytes === 0) return compiled();
  try {
    return compiled();
  } catch {
    // Memory may be there, only in the wrong sizes. Where it is not, the backend says so now.
    device.trim();
    return compiled();
  }
}
