import { assign, type Tensor } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";
import { mapParameters, parametersOf } from "../parameters.ts";
import { checkCoefficients, type Optimizer } from "./optimizer.ts";
import { mixed } from "./terms.ts";

/** What `averaged` remembers beside the state of the optimiser within. */
export interface AveragedState<State> {
  readonly inner: State;
  /** The running mean of each parameter, in the tree that the optimiser was given. */
  readonly average: unknown;
}

/**
 * The same optimiser, beside which a running mean of the weights goes along, `average = decay average + (1 - decay) w`, that
 * begins with the first weights. It often does better on what was not seen than the weights themselves.
 *
 * @param options.decay what remains of the mean at each step, from 0 up and below 1
 * @throws NnError `option`
 * @example
 * const optimizer = averaged(adam({ learningRate: 0.001 }), { decay: 0.999 });
 * const state = optimizer.initialize(trainable(model, parameters));
 * // ... fit({ ..., optimizer, state })
 * useAverage(trainable(model, parameters), state); // now the network has the mean weights
 * @see B. Polyak, A. Juditsky (1992); torch.optim.swa_utils.get_ema_multi_avg_fn
 */
export function averaged<State>(
  optimizer: Optimizer<State>,
  { decay }: { readonly decay: number },
): Optimizer<AveragedState<State>> {
  checkCoefficients("averaged", { decay }, 1);
  return {
    name: `averaged ${optimizer.name}`,
    learningRateAt: optimizer.learningRateAt,
    initialize: (parameters) => ({
      inner: optimizer.initialize(parameters),
      average: mapParameters(parameters, (tensor, path) => copyOf(tensor, path)),
    }),
    update(parameters, gradients, { inner, average }, rate) {
      optimizer.update(parameters, gradients, inner, rate);
      const means = parametersOf(average);
      for (const [i, { tensor }] of parametersOf(parameters).entries()) {
        const mean = means[i].tensor;
        tensor.device.scope(() => assign(mean, mixed(mean, tensor, decay)));
      }
    },
  };
}

/**
 * Exchanges weights and their running means: the network has the means now, the state the weights. Once more, and all is as
 * before.
 *
 * @param parameters the tree that the optimiser was given
 * @throws NnError `checkpoint-mismatch` for another tree; nothing is exchanged then
 */
export function useAverage(parameters: unknown, { average }: AveragedState<unknown>): void {
  if (shapesOf(parameters) !== shapesOf(average)) {
    throw new NnError("checkpoint-mismatch", "useAverage: another tree than the optimiser got.");
  }
  const means = parametersOf(average);
  for (const [i, { tensor }] of parametersOf(parameters).entries()) {
    const mean = means[i].tensor;
    tensor.device.scope(() => {
      const own = tensor.mul(1);
      assign(tensor, mean);
      assign(mean, own);
    });
  }
}

function shapesOf(tree: unknown): string {
  return String(parametersOf(tree).map(({ path, tensor }) => `${path} ${tensor.shape}`));
}

function copyOf(tensor: Tensor, path: string): Tensor {
  const { device, shape, dtype } = tensor;
  const copy = device.keep(device.zeros(shape, { dtype, name: `mean of ${tensor.name ?? path}` }));
  assign(copy, tensor);
  return copy;
}
