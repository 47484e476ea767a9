import { NnError } from "../errors.ts";
import { type NoParameters, reluLayer } from "../layers/activations.ts";
import { type DenseParameters, dense } from "../layers/dense.ts";
import { kaimingUniform, zeros } from "../layers/initializers.ts";
import type { Layer } from "../layers/layer.ts";
import { type Network, network } from "../layers/network.ts";

/**
 * Dense layers with a ReLU between them. What comes out are logits, for `crossEntropy`.
 *
 * @param sizes units from input to output, such as `[784, 128, 10]`
 * @param seed of the first weights, which are those of `kaimingUniform`; biases are zeros
 * @throws NnError `layer-size` for fewer than two sizes
 * @example
 * const network = mlpNetwork([784, 128, 10], 7);
 */
export function mlpNetwork(
  sizes: readonly number[],
  seed: number,
): Network<readonly (DenseParameters | NoParameters)[]> {
  if (sizes.length < 2) {
    throw new NnError(
      "layer-size",
      `mlpNetwork: needs at least an input and an output size, got [${sizes.join(", ")}].`,
    );
  }
  const layers = sizes.slice(1).flatMap((outputs, l): Layer<DenseParameters | NoParameters>[] => {
    const layer = dense({
      inputs: sizes[l],
      outputs,
      weight: kaimingUniform({ seed, stream: l }),
      bias: zeros,
    });
    return l === 0 ? [layer] : [reluLayer, layer];
  });
  return network(sizes.slice(0, 1), ...layers);
}
