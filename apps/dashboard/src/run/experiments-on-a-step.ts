import { beginPass, type Loss, mapParameters, type Network } from "@gradwerk/nn";
import type { Device, Tensor, TypedArray } from "@gradwerk/tensor";
import type { Batches } from "./batches.ts";
import type { GradientCheck, RateTrial } from "./inspection.ts";
import type { LookedAt } from "./look-at-network.ts";

/** What a step is tried again with. */
export interface Trial {
  readonly device: Device;
  readonly model: Network<unknown>;
  /** For their tree; their values stay as they are. */
  readonly parameters: unknown;
  readonly loss: Loss;
  readonly batches: Batches;
}

/** Derives the loss of a step by one parameter: moved a little both ways from where it was before the step. */
export async function checkGradient(
  trial: Trial,
  seen: LookedAt,
  parameter: string,
  index: number,
): Promise<GradientCheck | undefined> {
  const given = seen.before[parameter];
  const analytic = seen.taken.gradients[parameter]?.[index];
  if (given === undefined || analytic === undefined) return undefined;
  // Of float32 a smaller distance would measure little but rounding.
  const distance = given.dtype === "float64" ? 1e-5 : 2 ** -7;
  const lossAt = (moved: number): Promise<number> =>
    lossWith(trial, seen, (path, values) => {
      const changed = values.slice();
      if (path === parameter) changed[index] += moved;
      return changed;
    });
  const [lossAbove, lossBelow] = [await lossAt(distance), await lossAt(-distance)];
  const numeric = (lossAbove - lossBelow) / (2 * distance);
  return { step: seen.step, parameter, index, analytic, numeric, distance, lossAbove, lossBelow };
}

/**
 * The loss of a step's batch after its update with other learning rates. An update is the rate times a direction, for every
 * optimiser here; the direction is read from what the step did.
 */
export async function tryRates(
  trial: Trial,
  seen: LookedAt,
  learningRates: readonly number[],
): Promise<RateTrial> {
  const trials: { learningRate: number; loss: number }[] = [];
  for (const learningRate of learningRates) {
    const share = learningRate / seen.learningRate;
    const loss = await lossWith(trial, seen, (path, values) => {
      if (seen.taken.gradients[path] === undefined) return values;
      const { values: after } = seen.after[path];
      return values.map((value, i) => value + share * (after[i] - value));
    });
    trials.push({ learningRate, loss });
  }
  return { step: seen.step, trials, lossBefore: seen.taken.loss };
}

async function lossWith(
  { device, model, parameters, loss, batches }: Trial,
  { before, step }: LookedAt,
  change: (path: string, values: TypedArray) => TypedArray,
): Promise<number> {
  using _scope = device.openScope();
  const moved = mapParameters(parameters, (tensor: Tensor, path) =>
    device.tensor(change(path, before[path].values), { shape: tensor.shape, dtype: tensor.dtype }),
  );
  const { x, targets } = batches.of(step - 1);
  const { pass } = beginPass({ training: true });
  return await loss(model.apply(moved, x, pass), targets).item();
}
