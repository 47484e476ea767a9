import type { Tensor } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";
import { firstFloat } from "../parameters.ts";
import { checkRate } from "../schedules/checks.ts";
import type { Schedule } from "../schedules/schedule.ts";

/**
 * Changes parameters in place so that the loss falls. An optimiser is a plain value; what it remembers from step to
 * step is a tree of tensors beside the parameters, which whoever trains keeps, saves and frees with them.
 */
export interface Optimizer<State = unknown> {
  readonly name: string;
  /** The learning rate of a step, counted from 0. */
  readonly learningRateAt: Schedule;
  /** What the optimiser remembers before the first step. Belongs to the caller. */
  initialize(parameters: unknown): State;
  /**
   * One step along the gradients, which have the same tree as the parameters. Everything is computed on the device,
   * so that the step can be captured.
   *
   * @param state what `initialize` gave, changed in place
   * @param learningRate a tensor without axes, of the parameters' dtype
   */
  update<Parameters>(parameters: Parameters, gradients: Parameters, state: State, learningRate: Tensor): void;
}

/** A learning rate: one number for every step, or a schedule. */
export type LearningRate = number | Schedule;

/**
 * A learning rate as a schedule.
 *
 * @throws NnError `option` for a number that is not finite and above 0
 */
export function asSchedule(optimizer: string, learningRate: LearningRate): Schedule {
  if (typeof learningRate === "function") return learningRate;
  checkRate(optimizer, learningRate);
  return () => learningRate;
}

/**
 * Checks an optimiser's numbers by name: each from 0 up and below `limit`.
 *
 * @throws NnError `option`
 */
export function checkCoefficients(
  optimizer: string,
  numbers: Readonly<Record<string, number>>,
  limit: number = Number.POSITIVE_INFINITY,
): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (value >= 0 && value < limit) continue;
    const range =
      limit === Number.POSITIVE_INFINITY ? "a finite number from 0 up" : `from 0 up and below ${limit}`;
    throw new NnError("option", `${optimizer}: ${name} must be ${range}, got ${value}.`);
  }
}

/** A counter of steps in a state: 0, without axes, in the dtype of the parameters. It outlives every scope. */
export function stepCounter(optimizer: string, parameters: unknown): Tensor {
  const { device, dtype } = firstFloat(optimizer, parameters);
  return device.keep(device.zeros([], { dtype, name: `${optimizer} step` }));
}
