import type { Device, Tensor } from "@gradwerk/tensor";
import { capture } from "@gradwerk/tensor/capture";
import { expect } from "vitest";
import { tracedCall } from "../../src/capture/traced-call.ts";
import type { TracedProgram } from "../../src/capture/traced-program.ts";
import { tensorsOf } from "./results.ts";

/** What a step does, as a trace notes it: a fixture for passes. */
export function tracedProgram<Arguments extends readonly unknown[]>(
  device: Device,
  step: (...args: Arguments) => unknown,
  ...args: Arguments
): TracedProgram {
  return tracedCall(device, step, args).program;
}

export function kernelsOf({ steps }: TracedProgram): string[] {
  return steps.map(({ kernel }) => kernel);
}

/** A step, what it works on, and what counts afterwards beside its results. */
export interface Scenario {
  readonly step: (...args: Tensor[]) => unknown;
  /** The arguments of each call. Default: three calls without any. */
  readonly calls?: readonly (readonly Tensor[])[];
  readonly state?: readonly Tensor[];
}

/**
 * Runs a scenario eagerly on one device and captured on another, made alike, and expects the same bits of every result
 * and of the state after every call.
 *
 * @returns the kernels of the last program
 */
export function expectSameBits(
  makeDevice: () => Device,
  scenario: (device: Device) => Scenario,
): readonly string[] {
  const eager = makeDevice();
  const expected = outcomes(eager, scenario(eager), (step) => step);
  const device = makeDevice();
  let kernels: readonly string[] = [];
  const found = outcomes(device, scenario(device), (step) => {
    const captured = capture(device, step);
    return (...args: Tensor[]) => {
      const result = captured(...args);
      kernels = captured.programs[0].kernels;
      expect(captured.programs.reduce((sum, { replays }) => sum + replays, 0)).toBeGreaterThan(0);
      return result;
    };
  });
  expect(found).toEqual(expected);
  return kernels;
}

function outcomes(
  device: Device,
  { step, calls = [[], [], []], state = [] }: Scenario,
  wrapped: (step: Scenario["step"]) => Scenario["step"],
): number[][][] {
  const run = wrapped(step);
  return calls.map((args) =>
    device.scope(() => [...tensorsOf(run(...args)), ...state].map((tensor) => Array.from(tensor.dataSync()))),
  );
}
