import { NnError } from "../errors.ts";
import { checkWholeNumbers } from "../training/whole-numbers.ts";
import { checkRate } from "./checks.ts";
import type { Schedule } from "./schedule.ts";

/** What `oneCycle` is set to. */
export interface OneCycleOptions {
  /** The highest rate. */
  readonly learningRate: number;
  /** The steps of the whole run; beyond, the rate is 0. */
  readonly steps: number;
  /** The share of the steps in which the rate rises, from 0 up and below 1. Default: 0.1. */
  readonly warmUp?: number;
  /** How it falls: along half a cosine, or along a parabola, which stays high for longer. Default: `cosine`. */
  readonly fall?: "cosine" | "parabola";
}

/**
 * A rate that rises along a line from a tenth of `learningRate` and then falls to 0. The rise lets
 * plain descent take a higher rate than it could begin with.
 *
 * @throws NnError `option` for numbers out of range
 * @example
 * const optimizer = sgd({ learningRate: oneCycle({ learningRate: 0.6, steps: 5625 }) });
 * @see L. Smith, N. Topin, "Super-convergence", 2018; torch.optim.lr_scheduler.OneCycleLR
 */
export function oneCycle({ learningRate, steps, warmUp = 0.1, fall = "cosine" }: OneCycleOptions): Schedule {
  checkRate("oneCycle", learningRate);
  checkWholeNumbers("oneCycle", { steps });
  if (!(warmUp >= 0 && warmUp < 1)) {
    throw new NnError("option", `oneCycle: warmUp must be from 0 up and below 1, got ${warmUp}.`);
  }
  const peak = warmUp * steps;
  return (step) => {
    if (step < peak) return learningRate * (0.1 + 0.9 * (step / peak));
    const part = Math.min((step - peak) / (steps - peak), 1);
    return learningRate * (fall === "parabola" ? 1 - part ** 2 : (1 + Math.cos(Math.PI * part)) / 2);
  };
}
