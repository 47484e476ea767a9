import { NnError } from "../errors.ts";
import { checkWholeNumbers } from "../training/whole-numbers.ts";
import { checkFactor, checkRate } from "./checks.ts";
import type { Schedule } from "./schedule.ts";

/** The same rate in every step. */
export function constant(learningRate: number): Schedule {
  checkRate("constant", learningRate);
  return () => learningRate;
}

/**
 * A rate that is multiplied with `factor` after every so many steps.
 *
 * @param options.factor default: 0.1
 * @throws NnError `option`
 * @example
 * const optimizer = sgd({ learningRate: stepDecay({ learningRate: 0.1, every: 1000, factor: 0.5 }) });
 * @see torch.optim.lr_scheduler.StepLR
 */
export function stepDecay({
  learningRate,
  every,
  factor = 0.1,
}: {
  readonly learningRate: number;
  readonly every: number;
  readonly factor?: number;
}): Schedule {
  checkRate("stepDecay", learningRate);
  checkWholeNumbers("stepDecay", { every });
  checkFactor("stepDecay", factor);
  return (step) => learningRate * factor ** Math.floor(step / every);
}

/**
 * A rate that is multiplied with `factor` at each of some steps.
 *
 * @param options.milestones steps, rising
 * @param options.factor default: 0.1
 * @throws NnError `option`
 * @see torch.optim.lr_scheduler.MultiStepLR
 */
export function multiStep({
  learningRate,
  milestones,
  factor = 0.1,
}: {
  readonly learningRate: number;
  readonly milestones: readonly number[];
  readonly factor?: number;
}): Schedule {
  checkRate("multiStep", learningRate);
  checkFactor("multiStep", factor);
  for (const [i, milestone] of milestones.entries()) {
    checkWholeNumbers("multiStep", { milestone }, 0);
    if (i > 0 && milestone <= milestones[i - 1]) {
      throw new NnError("option", `multiStep: milestones must rise, got ${milestones.join(", ")}.`);
    }
  }
  return (step) => learningRate * factor ** milestones.filter((milestone) => milestone <= step).length;
}

/**
 * A rate that is multiplied with `factor` after every step.
 *
 * @throws NnError `option`
 * @see torch.optim.lr_scheduler.ExponentialLR
 */
export function exponential({
  learningRate,
  factor,
}: {
  readonly learningRate: number;
  readonly factor: number;
}): Schedule {
  checkRate("exponential", learningRate);
  checkFactor("exponential", factor);
  return (step) => learningRate * factor ** step;
}

/**
 * A rate that falls to 0 as a power of what is left: `learningRate (1 - step / steps)^power`.
 *
 * @param options.power default: 1, a line
 * @throws NnError `option`
 * @see torch.optim.lr_scheduler.PolynomialLR
 */
export function polynomial({
  learningRate,
  steps,
  power = 1,
}: {
  readonly learningRate: number;
  readonly steps: number;
  readonly power?: number;
}): Schedule {
  checkRate("polynomial", learningRate);
  checkWholeNumbers("polynomial", { steps });
  checkRate("polynomial", power, "power");
  return (step) => learningRate * (1 - Math.min(step / steps, 1)) ** power;
}
