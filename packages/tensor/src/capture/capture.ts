import type { BackendBuffer, CompiledProgram, DType, Program, ProgramInput } from "../backend.ts";
import { contiguousLayout, isContiguous } from "../core/layout.ts";
import { formatShape, type Shape, sameShape } from "../core/shape.ts";
import type { Storage } from "../core/storage.ts";
import { tensorsIn } from "../core/tensors-in.ts";
import type { Device } from "../device.ts";
import { TensorError } from "../errors.ts";
import { contiguous } from "../lowering/views.ts";
import { Tensor } from "../tensor.ts";
import { interpreted } from "./interpreter.ts";
import { withActivationsFused } from "./passes/activations.ts";
import { withChainsFused } from "./passes/chains.ts";
import { withConstantsFolded } from "./passes/constants.ts";
import { withoutDeadCode } from "./passes/dead-code.ts";
import { withSparseInputs } from "./passes/sparse-inputs.ts";
import { planned } from "./plan.ts";
import { Trace, TracedBuffer } from "./trace.ts";
import type { TracedProgram } from "./traced-program.ts";

/** What a captured step takes and returns: tensors, alone, in arrays or plain objects, and plain values. */
export interface Captured<Arguments extends readonly unknown[], Result> {
  /**
   * Runs the step. The first call with arguments of some shapes and dtypes traces it, later ones replay what was traced.
   * What it returns belongs to the caller, as the result of any op.
   *
   * @throws TensorError what the step throws while it is traced; `capture` for what cannot be captured
   */
  (...args: Arguments): Result;
  /** Runs the step `times` times on the same arguments without coming back in between, and gives the last result. */
  repeat(times: number, ...args: Arguments): Result;
  /** What was traced so far, the latest first, and how often each was replayed. */
  readonly programs: readonly CapturedProgram[];
  /** Gives back what the programs hold. A later call traces anew. */
  dispose(): void;
}

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

/** What of a step may be changed on its way to a program. */
export interface CaptureOptions {
  /**
   * Whether layers that read rows of stored bytes take the way that reads only the nonzero ones. Default: `auto`, which
   * takes it where the backend brings it; a backend may still choose the dense way for dense data.
   */
  readonly sparse?: "auto" | "never";
}

/**
 * Turns a function of tensors into one that is traced once and then replayed: the same kernels on the same memory, planned
 * beforehand, without making a tensor. Numbers that change from call to call are tensors, changed from outside (`assign`)
 * or in the step itself; everything else is what it was when the step was traced.
 *
 * @param step uses ops, gradients, optimisers and what is made of them; may change tensors from outside in place
 * @throws TensorError `capture` where the step reads a value, `scope` within another capture or under a tape
 * @example
 * const step = capture(device, (x: Tensor) => {
 *   const { value, gradients } = lossAndGradients(weights, x);
 *   sgdUpdate(weights, gradients, learningRate);
 *   return value;
 * });
 * for (const batch of batches) losses.push(await step(batch).item());
 */
export function capture<Arguments extends readonly unknown[], Result>(
  device: Device,
  step: (...args: Arguments) => Result,
  options: CaptureOptions = {},
): Captured<Arguments, Result> {
  let entries: Entry<Result>[] = [];
  const run = (times: number, args: Arguments): Result => {
    device.assertAlive("capture");
    const leaves = leavesOf(args);
    let entry = entries[0];
    if (entry === undefined || !entry.accepts(leaves)) {
      entry =
        entries.find((candidate) => candidate.accepts(leaves)) ??
        new Entry(device, step, args, leaves, options);
      entries = [entry, ...entries.filter((other) => other !== entry)];
    }
    return entry.replay(leaves, times);
  };
  const repeat = (times: number, ...args: Arguments): Result => {
    if (!Number.isSafeInteger(times) || times < 1) {
      throw new TensorError("value", `capture: repeat needs a whole number from 1 up, got ${times}.`);
    }
    return run(times, args);
  };
  const captured = (...args: Arguments): Result => run(1, args);
  return Object.defineProperties(captured, {
    repeat: { value: repeat },
    programs: { get: (): readonly CapturedProgram[] => entries.map((entry) => entry.report) },
    dispose: {
      value: (): void => {
        for (const entry of entries) entry.dispose();
        entries = [];
      },
    },
  }) as Captured<Arguments, Result>;
}

/** A tensor among the arguments, or a plain value, which must stay what it was. */
type Leaf = Tensor | string | number | boolean | null | undefined;

function leavesOf(args: readonly unknown[]): Leaf[] {
  const leaves: Leaf[] = [];
  const walk = (value: unknown): void => {
    if (value instanceof Tensor || typeof value !== "object" || value === null) leaves.push(value as Leaf);
    else for (const inner of Object.values(value)) walk(inner);
  };
  for (const arg of args) walk(arg);
  return leaves;
}

// The same arguments with every tensor replaced.
function withLeaves(args: readonly unknown[], replace: (tensor: Tensor) => Tensor): unknown[] {
  const walk = (value: unknown): unknown => {
    if (value instanceof Tensor) return replace(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
  };
  return args.map(walk);
}

/** How a result comes to the caller: a copy of what the program left, or a tensor that was there before. */
interface Output {
  readonly tensor: Tensor;
  readonly isOwn: boolean;
}

/** One program for arguments of certain shapes and dtypes. */
class Entry<Result> {
  readonly #device: Device;
  readonly #leaves: readonly (Leaf | { readonly dtype: DType; readonly shape: Shape })[];
  readonly #compiled: CompiledProgram;
  readonly #result: unknown;
  readonly #outputs: ReadonlyMap<Tensor, Output>;
  readonly #changesArguments: boolean;
  readonly #report: Omit<CapturedProgram, "replays">;
  #replays = 0;

  constructor(
    device: Device,
    step: (...args: never) => Result,
    args: readonly unknown[],
    leaves: readonly Leaf[],
    options: CaptureOptions,
  ) {
    this.#device = device;
    this.#leaves = leaves.map((leaf) =>
      leaf instanceof Tensor ? { dtype: leaf.dtype, shape: [...leaf.shape] } : leaf,
    );
    const trace = new Trace();
    const tensors = leaves.filter((leaf) => leaf instanceof Tensor);
    if (device.trace !== undefined || device.recording) {
      throw new TensorError(
        "scope",
        "capture: a step cannot be traced within another one or under a tape. Capture it outside, and take gradients inside of it.",
      );
    }
    using _scope = device.openScope();
    const { result, resultTensors } = device.traced(trace, () => {
      const places = tensors.map(({ dtype, size, shape, name }, i) =>
        device.adopt(trace.takeInput(dtype, size, i), contiguousLayout(shape), name),
      );
      let next = 0;
      const given = withLeaves(args, () => places[next++]);
      const made = step(...(given as never));
      if (made instanceof Promise) {
        made.catch(() => {});
        throw new TensorError("capture", "capture: the step returned a promise. Await outside of it.");
      }
      // An argument that is returned as it came is copied, so that the result is the caller's own.
      const returned = [...tensorsIn(made)].map((tensor): [Tensor, Tensor] => {
        const { buffer } = tensor.storage;
        return [
          tensor,
          buffer instanceof TracedBuffer && buffer.input !== undefined ? contiguousCopy(tensor) : tensor,
        ];
      });
      return { result: made, resultTensors: new Map(returned) };
    });
    const results = new Map<BackendBuffer, Storage>();
    for (const { storage } of resultTensors.values()) {
      if (storage.buffer instanceof TracedBuffer && !results.has(storage.buffer)) {
        results.set(storage.buffer, storageOn(device, storage.buffer));
      }
    }
    const optimized = optimize(trace, new Set(results.keys()), device, options);
    for (const [buffer, storage] of results) {
      const values = optimized.constants.get(buffer);
      if (values !== undefined) device.backend.write(storage.buffer, 0, values);
    }
    const real = new Map([...results].map(([buffer, storage]) => [buffer, storage.buffer]));
    const plan = planned(
      optimized,
      real,
      tensors.map(({ dtype, size }) => ({ dtype, length: size })),
    );
    this.#outputs = new Map(
      [...resultTensors].map(([key, tensor]): [Tensor, Output] => {
        const storage = results.get(tensor.storage.buffer);
        if (storage === undefined) return [key, { tensor, isOwn: false }];
        return [key, { tensor: device.keep(device.adopt(storage, tensor.layout, tensor.name)), isOwn: true }];
      }),
    );
    this.#result = result;
    this.#changesArguments = optimized.steps.some(({ out }) =>
      out.some(({ buffer }) => buffer instanceof TracedBuffer && buffer.input !== undefined),
    );
    const { backend } = device;
    this.#compiled = compiledBy(device, plan.program);
    this.#report = {
      signature: leaves
        .map((leaf) => (leaf instanceof Tensor ? `${leaf.dtype} ${formatShape(leaf.shape)}` : String(leaf)))
        .join(", "),
      kernels: plan.program.steps.map(({ kernel }) => kernel),
      tracedSteps: trace.steps.length,
      temporaryBytes: plan.temporaryBytes,
      compiled: backend.compile !== undefined,
    };
  }

  accepts(leaves: readonly Leaf[]): boolean {
    const known = this.#leaves;
    if (leaves.length !== known.length) return false;
    for (let i = 0; i < leaves.length; i++) {
      const leaf = leaves[i];
      const like = known[i];
      if (leaf instanceof Tensor) {
        if (typeof like !== "object" || like === null) return false;
        if (leaf.dtype !== like.dtype || !sameShape(leaf.shape, like.shape)) return false;
      } else if (leaf !== like) return false;
    }
    return true;
  }

  get report(): CapturedProgram {
    return { ...this.#report, replays: this.#replays };
  }

  replay(leaves: readonly Leaf[], times: number): Result {
    const device = this.#device;
    if (device.recording) {
      throw new TensorError(
        "scope",
        "capture: a captured step cannot run under a tape: what it does is not recorded. Take gradients inside of it.",
      );
    }
    if (device.trace !== undefined) {
      throw new TensorError(
        "scope",
        "capture: a captured step cannot run within another one. Call the function that it was made of.",
      );
    }
    const inputs: ProgramInput[] = [];
    const copies: Tensor[] = [];
    for (const leaf of leaves) {
      if (!(leaf instanceof Tensor)) continue;
      leaf.assertAlive("capture");
      if (leaf.device !== device) {
        throw new TensorError("device-mismatch", `capture: ${leaf} is on another device than the step.`);
      }
      const even = isContiguous(leaf.layout) ? leaf : this.#evenCopy(leaf);
      if (even !== leaf) copies.push(even);
      inputs.push({ buffer: even.storage.buffer, offset: even.layout.offset });
    }
    this.#compiled.run(inputs, times);
    this.#replays += times;
    for (const copy of copies) copy.dispose();
    if (this.#outputs.size === 0) return this.#result as Result;
    const [result] = withLeaves([this.#result], (tensor) => {
      const output = this.#outputs.get(tensor);
      if (output === undefined || !output.isOwn) return output?.tensor ?? tensor;
      return contiguousCopy(output.tensor);
    });
    return result as Result;
  }

  dispose(): void {
    this.#compiled.dispose();
    for (const { tensor, isOwn } of this.#outputs.values()) if (isOwn) tensor.dispose();
  }

  #evenCopy(leaf: Tensor): Tensor {
    if (this.#changesArguments) {
      throw new TensorError(
        "capture",
        `capture: the step changes an argument in place, and ${leaf} is a view with gaps, of which it would get a copy. ` +
          "Pass a contiguous tensor, or use the tensor from outside.",
      );
    }
    return contiguous(leaf);
  }
}

// Room for a result that no tensor looks at yet.
function storageOn(device: Device, { dtype, length }: BackendBuffer): Storage {
  return device.allocate("capture", dtype, [length]).storage;
}

function contiguousCopy(tensor: Tensor): Tensor {
  const { device } = tensor;
  const copy = device.allocate("capture", tensor.dtype, tensor.shape);
  device.run("copy", [copy.view], [tensor.view], {});
  return copy;
}

function optimize(
  trace: Trace,
  results: ReadonlySet<BackendBuffer>,
  device: Device,
  { sparse = "auto" }: CaptureOptions,
): TracedProgram {
  let program: TracedProgram = { steps: trace.steps, constants: trace.constants, results };
  program = withConstantsFolded(program, device.backend);
  program = withoutDeadCode(program);
  program = withActivationsFused(program);
  program = withSparseInputs(
    program,
    (name) => device.brings(name) && (sparse === "auto" || name === "gatherScaled"),
  );
  program = withoutDeadCode(program);
  return device.brings("elementwise") ? withChainsFused(program) : program;
}

function compiledBy({ backend }: Device, program: Program): CompiledProgram {
  return backend.compile?.(program) ?? interpreted(program, backend);
}
