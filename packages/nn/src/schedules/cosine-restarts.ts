import { NnError } from "../errors.ts";
import { checkWholeNumbers } from "../training/whole-numbers.ts";
import { checkRate } from "./checks.ts";
import type { Schedule } from "./schedule.ts";

/**
 * A rate that falls along half a cosine and begins anew, each round `multiplier` times as long as the one before.
 *
 * @param options.steps of the first round
 * @param options.multiplier a whole number. Default: 1
 * @param options.minimum the lowest rate. Default: 0
 * @throws NnError `option`
 * @see I. Loshchilov, F. Hutter, "SGDR", ICLR 2017; torch.optim.lr_scheduler.CosineAnnealingWarmRestarts
 */
export function cosineRestarts({
  learningRate,
  steps,
  multiplier = 1,
  minimum = 0,
}: {
  readonly learningRate: number;
  readonly steps: number;
  readonly multiplier?: number;
  readonly minimum?: number;
}): Schedule {
  checkRate("cosineRestarts", learningRate);
  checkWholeNumbers("cosineRestarts", { steps, multiplier });
  if (!(minimum >= 0 && minimum <= learningRate)) {
    throw new NnError(
      "option",
      `cosineRestarts: minimum must be from 0 to the learning rate of ${learningRate}, got ${minimum}.`,
    );
  }
  return (step) => {
    let [place, length] = [step, steps];
    if (multiplier === 1) place %= steps;
    else {
      while (place >= length) {
        place -= length;
        length *= multiplier;
      }
    }
    return minimum + ((learningRate - minimum) * (1 + Math.cos((Math.PI * place) / length))) / 2;
  };
}
