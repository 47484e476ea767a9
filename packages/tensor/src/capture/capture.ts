import type { Device } from "../device.ts";
import { TensorError } from "../errors.ts";
import { Tensor } from "../tensor.ts";
import { leavesOf } from "./arguments.ts";
import { type CapturedProgram, type Entry, entryFor } from "./entry.ts";
import type { CaptureOptions } from "./optimized.ts";

/** What a captured step takes and returns: tensors, alone, in arrays or plain objects, and plain values. */
export interface Captured<Arguments extends readonly unknown[], Result> {
  /**
   * Runs the step. The first call with arguments of some shapes, dtypes and plain values traces it, later ones replay what
   * was traced. What it returns belongs to the caller, as the result of any op; an argument that the step returns comes
   * back as a copy.
   *
   * @throws TensorError what the step throws while it is traced; `capture` for what cannot be captured; `scope` under a
   * tape or in another captured step; `use-after-free` for an argument, and for a tensor that the step takes from outside
   */
  (...args: Arguments): Result;
  /**
   * Runs the step `times` times on the same arguments without coming back in between, and gives the last result.
   *
   * @throws TensorError `value` unless `times` is a whole number from 1 up
   */
  repeat(times: number, ...args: Arguments): Result;
  /** What was traced and is still kept, the latest used first, and how often each was replayed. */
  readonly programs: readonly CapturedProgram[];
  /** Gives back what the programs hold. A later call traces anew. */
  dispose(): void;
}

/** Programs that one captured step keeps; the one that was not used for longest goes first. */
const mostPrograms = 16;

/**
 * Turns a function of tensors into one that is traced once and then replayed: the same kernels on the same memory, planned
 * beforehand, without making a tensor. Numbers that change from call to call are tensors, changed from outside (`assign`)
 * or in the step itself; everything else is what it was when the step was traced. Up to 16 programs are kept, for
 * arguments of different shapes, dtypes or plain values. They hold the memory of the tensors that the step takes from
 * outside until `dispose`.
 *
 * @param step uses ops, gradients, optimisers and what is made of them; may change tensors from outside in place
 * @throws TensorError `capture` where the step reads a value, returns a promise or keeps a tensor that it made
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
  let entries: Entry[] = [];
  const run = (times: number, args: Arguments): Result => {
    device.assertAlive("capture");
    refuseWithin(device);
    const leaves = leavesOf(args);
    for (const leaf of leaves) if (leaf instanceof Tensor) checkArgument(device, leaf);
    let [entry] = entries;
    if (entry === undefined || !entry.accepts(leaves)) {
      entry =
        entries.find((candidate) => candidate.accepts(leaves)) ??
        entryFor(device, step, args, leaves, options);
      entries = [entry, ...entries.filter((other) => other !== entry)];
      for (const old of entries.splice(mostPrograms)) old.dispose(true);
    }
    return entry.replay(leaves, times) as Result;
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
        for (const entry of entries.splice(0)) entry.dispose(!device.disposed);
      },
    },
  }) as Captured<Arguments, Result>;
}

function refuseWithin(device: Device): void {
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
}

function checkArgument(device: Device, tensor: Tensor): void {
  tensor.assertAlive("capture");
  if (tensor.device !== device) {
    throw new TensorError("device-mismatch", `capture: ${tensor} is on another device than the step.`);
  }
}
