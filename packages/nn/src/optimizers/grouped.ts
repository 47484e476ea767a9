import { NnError } from "../errors.ts";
import { parametersOf } from "../parameters.ts";
import type { Optimizer } from "./optimizer.ts";

/** Some of the parameters, and what changes them. */
export interface ParameterGroup {
  /** Which parameters, by their paths. The first group that says yes has a parameter. */
  readonly matches: (path: string) => boolean;
  readonly optimizer: Optimizer;
}

/**
 * Several optimisers, each for some of the parameters: another learning rate for the last layer, no weight decay for biases.
 * The learning rate that is told is the first group's; others keep the ratio to it that they have at the first step.
 *
 * @throws NnError `option` without groups and where the first rate is 0; `no-parameters` where a parameter is in none
 * @example
 * const optimizer = grouped([
 *   { matches: (path) => path.endsWith("bias"), optimizer: adamW({ learningRate: 0.001, weightDecay: 0 }) },
 *   { matches: () => true, optimizer: adamW({ learningRate: 0.001, weightDecay: 0.01 }) },
 * ]);
 * @see torch.optim, "Per-parameter options"
 */
export function grouped(groups: readonly ParameterGroup[]): Optimizer<readonly unknown[]> {
  const [first] = groups;
  if (!first?.optimizer.learningRateAt(0)) {
    throw new NnError("option", "grouped: needs at least one group, the first of a rate above 0.");
  }
  // A constant ratio is all that a captured step can know of a second schedule.
  const ratios = groups.map(
    ({ optimizer }) => optimizer.learningRateAt(0) / first.optimizer.learningRateAt(0),
  );
  const partOf = (tree: unknown, group: number): Record<string, unknown> =>
    Object.fromEntries(
      parametersOf(tree).flatMap(({ path, tensor }) => {
        const own = groups.findIndex(({ matches }) => matches(path));
        if (own < 0) {
          throw new NnError("no-parameters", `grouped: ${path} is in no group. Add one that matches all.`);
        }
        return own === group ? [[path, tensor]] : [];
      }),
    );
  return {
    name: `grouped ${groups.map(({ optimizer }) => optimizer.name).join(", ")}`,
    learningRateAt: first.optimizer.learningRateAt,
    initialize: (parameters) =>
      groups.map(({ optimizer }, i) => {
        const part = partOf(parameters, i);
        return Object.keys(part).length === 0 ? [] : optimizer.initialize(part);
      }),
    update(parameters, gradients, states, rate) {
      for (const [i, { optimizer }] of groups.entries()) {
        const part = partOf(parameters, i);
        if (Object.keys(part).length === 0) continue;
        const own = ratios[i] === 1 ? rate : rate.mul(ratios[i]);
        optimizer.update(part, partOf(gradients, i), states[i], own);
      }
    },
  };
}
