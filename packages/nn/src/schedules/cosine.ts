import { NnError } from "../errors.ts";
import { checkWholeNumbers } from "../training/whole-numbers.ts";
import type { Schedule } from "./schedule.ts";

/** What `cosine` is set to. */
export interface CosineOptions {
  /** The rate of the first step. */
  readonly learningRate: number;
  /** After how many steps the lowest rate is reached; beyond, it stays. */
  readonly steps: number;
  /** The lowest rate. Default: 0. */
  readonly minimum?: number;
}

/**
 * A rate that falls along half a cosine: `minimum + (learningRate - minimum) (1 + cos(pi step / steps)) / 2`.
 *
 * @throws NnError `option` for numbers out of range
 * @example
 * const optimizer = sgd({ learningRate: cosine({ learningRate: 0.1, steps: 1000 }) });
 * @see I. Loshchilov, F. Hutter, "SGDR", ICLR 2017; torch.optim.lr_scheduler.CosineAnnealingLR
 */
export function cosine({ learningRate, steps, minimum = 0 }: CosineOptions): Schedule {
  if (
    !(learningRate > 0 && learningRate < Number.POSITIVE_INFINITY) ||
    !(minimum >= 0 && minimum <= learningRate)
  ) {
    throw new NnError(
      "option",
      `cosine: needs 0 <= minimum <= learningRate, above 0 and finite, got ${minimum} and ${learningRate}.`,
    );
  }
  checkWholeNumbers("cosine", { steps });
  return (step) => {
    const part = Math.min(step / steps, 1);
    return minimum + ((learningRate - minimum) * (1 + Math.cos(Math.PI * part))) / 2;
  };
}
