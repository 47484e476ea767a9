import { NnError } from "../errors.ts";
import { checkWholeNumbers } from "../training/whole-numbers.ts";
import { checkRate } from "./checks.ts";
import type { Schedule } from "./schedule.ts";

/** What `oneCycleLR` is set to; defaults are PyTorch's. */
export interface OneCycleLROptions {
  /** The highest rate. */
  readonly learningRate: number;
  /** The steps of the whole run, at least 2. */
  readonly steps: number;
  /** The share of the steps in which the rate rises. Default: 0.3. */
  readonly warmUp?: number;
  /** What the highest rate is divided by for the first step. Default: 25. */
  readonly divideFirst?: number;
  /** What the first rate is divided by for the last step. Default: 1e4. */
  readonly divideLast?: number;
  /** How the rate goes from one to the next. Default: `cosine`. */
  readonly shape?: "cosine" | "line";
}

/**
 * The one-cycle schedule in PyTorch's form: from a small rate to the highest and down to a very small one, along half a cosine
 * each. `oneCycle` is the same idea with a straight rise.
 *
 * @throws NnError `option`
 * @see L. Smith, N. Topin, "Super-convergence", 2018; torch.optim.lr_scheduler.OneCycleLR with cycle_momentum=False
 */
export function oneCycleLR({
  learningRate,
  steps,
  warmUp = 0.3,
  divideFirst = 25,
  divideLast = 1e4,
  shape = "cosine",
}: OneCycleLROptions): Schedule {
  checkRate("oneCycleLR", learningRate);
  checkWholeNumbers("oneCycleLR", { steps }, 2);
  checkRate("oneCycleLR", divideFirst, "divideFirst");
  checkRate("oneCycleLR", divideLast, "divideLast");
  if (!(warmUp >= 0 && warmUp < 1)) {
    throw new NnError("option", `oneCycleLR: warmUp must be from 0 up and below 1, got ${warmUp}.`);
  }
  const first = learningRate / divideFirst;
  const last = first / divideLast;
  const peak = warmUp * steps - 1;
  const between = (from: number, to: number, part: number): number =>
    shape === "line" ? from + (to - from) * part : to + ((from - to) * (1 + Math.cos(Math.PI * part))) / 2;
  return (step) => {
    if (step <= peak) return between(first, learningRate, step / peak);
    return between(learningRate, last, Math.min((step - peak) / (steps - 1 - peak), 1));
  };
}
