import type { Device } from "@gradwerk/tensor";
import { type CapturedProgram, type CaptureOptions, capture } from "@gradwerk/tensor/capture";

/** How steps run. */
export interface RunOptions extends CaptureOptions {
  /**
   * Whether to trace a step once and replay it, or to run it op by op each time: slower, but every op can be stopped at.
   * Default: true.
   */
  readonly capture?: boolean;
}

/** A step that only changes tensors in place, ready to run any number of times. */
export interface Repeated<Arguments extends readonly unknown[]> {
  repeat(times: number, ...args: Arguments): void;
  /** What was traced; nothing where steps run op by op. */
  readonly programs: readonly CapturedProgram[];
  dispose(): void;
}

/** A step, captured or not. */
export function repeated<Arguments extends readonly unknown[]>(
  device: Device,
  step: (...args: Arguments) => void,
  { capture: captures = true, ...options }: RunOptions,
): Repeated<Arguments> {
  if (captures) return capture(device, step, options);
  return {
    repeat(times, ...args): void {
      for (let i = 0; i < times; i++) device.scope(() => step(...args));
    },
    programs: [],
    dispose(): void {},
  };
}
