import type { Tensor } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";
import { mapParameters, parametersOf } from "../parameters.ts";
import { checkRate } from "../schedules/checks.ts";
import type { Optimizer } from "./optimizer.ts";

/**
 * The same optimiser on gradients of which no number is larger than a limit: those beyond are cut.
 *
 * @throws NnError `option` unless the limit is a finite number above 0
 * @example
 * const optimizer = clipByValue(adam({ learningRate: 0.001 }), 0.5);
 * @see torch.nn.utils.clip_grad_value_
 */
export function clipByValue<State>(optimizer: Optimizer<State>, limit: number): Optimizer<State> {
  checkRate("clipByValue", limit, "the limit");
  return withGradients(optimizer, (gradients) =>
    mapParameters(gradients, (gradient) => gradient.clip(-limit, limit)),
  );
}

/**
 * The same optimiser on gradients which together are no longer than `maximum`: where the root of the sum of all their squares
 * is larger, every one is made smaller by the same factor, `maximum / (norm + 1e-6)`.
 *
 * @throws NnError `option` unless the maximum is a finite number above 0
 * @example
 * const optimizer = clipByGlobalNorm(sgd({ learningRate: 0.1 }), 1);
 * @see R. Pascanu et al., ICML 2013; torch.nn.utils.clip_grad_norm_
 */
export function clipByGlobalNorm<State>(optimizer: Optimizer<State>, maximum: number): Optimizer<State> {
  checkRate("clipByGlobalNorm", maximum, "the limit");
  return withGradients(optimizer, (gradients) => {
    const factor = globalNorm(gradients).add(1e-6).reciprocal().mul(maximum).minimum(1);
    return mapParameters(gradients, (gradient) => gradient.mul(factor));
  });
}

function withGradients<State>(
  optimizer: Optimizer<State>,
  change: <Tree>(gradients: Tree) => Tree,
): Optimizer<State> {
  return {
    ...optimizer,
    update(parameters, gradients, state, rate) {
      rate.device.scope(() => optimizer.update(parameters, change(gradients), state, rate));
    },
  };
}

/** The root of the sum of all squares in a tree, as a tensor without axes: the length of a gradient. */
export function globalNorm(tree: unknown): Tensor {
  const [first, ...others] = parametersOf(tree).map(({ tensor }) => tensor);
  if (first === undefined) throw new NnError("no-parameters", "globalNorm: the tree holds no tensor.");
  return first.device.scope(() =>
    others.reduce((sum, tensor) => sum.add(tensor.square().sum()), first.square().sum()).sqrt(),
  );
}
