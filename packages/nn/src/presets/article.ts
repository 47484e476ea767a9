import type { NumpyRandom } from "@gradwerk/tensor/random";
import { NnError } from "../errors.ts";
import { sigmoidLayer } from "../layers/activations.ts";
import { type DenseParameters, dense } from "../layers/dense.ts";
import { numpyNormal, ones } from "../layers/initializers.ts";
import type { Layer } from "../layers/layer.ts";
import { type Network, network } from "../layers/network.ts";

/**
 * The article's network for any sizes: dense layers, a sigmoid on each. Weights are drawn from the normal
 * distribution of mean 0 and deviation 1, layer by layer from the input; biases are ones.
 *
 * @param sizes units from input to output, `[784, 10, 2]` in the article
 * @param random `new NumpyRandom(7)` in the article
 * @throws NnError `layer-size` for fewer than two sizes
 * @example
 * const network = articleNetwork([784, 10, 2], new NumpyRandom(7));
 */
export function articleNetwork(
  sizes: readonly number[],
  random: NumpyRandom,
): Network<readonly (DenseParameters | readonly [])[]> {
  if (sizes.length < 2) {
    throw new NnError(
      "layer-size",
      `articleNetwork: needs at least an input and an output size, got [${sizes.join(", ")}].`,
    );
  }
  const layers = sizes
    .slice(1)
    .flatMap((outputs, l): Layer<DenseParameters | readonly []>[] => [
      dense({ inputs: sizes[l], outputs, weight: numpyNormal(random), bias: ones }),
      sigmoidLayer,
    ]);
  return network(sizes.slice(0, 1), ...layers);
}
