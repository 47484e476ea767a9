import { type NoParameters, reluLayer, sigmoidLayer } from "../layers/activations.ts";
import { type DenseParameters, dense } from "../layers/dense.ts";
import { type Network, network } from "../layers/network.ts";

/** What an autoencoder learns, layer by layer. */
export type AutoencoderParameters = readonly (DenseParameters | NoParameters)[];

/**
 * Dense layers that bring an image down to a few numbers and make the image of them again; what comes out are pixels from 0
 * to 1, for `mse` with `targets: "inputs"`.
 *
 * @param pixels of one image
 * @param options.hidden units on both sides of the narrow place. Default: 128
 * @param options.code units of the narrow place. Default: 16
 * @example
 * const model = autoencoderNetwork(784, { code: 16 });
 * @see G. Hinton, R. Salakhutdinov, Science 313 (2006)
 */
export function autoencoderNetwork(
  pixels: number,
  { hidden = 128, code = 16 }: { readonly hidden?: number; readonly code?: number } = {},
): Network<AutoencoderParameters> {
  return network<AutoencoderParameters>(
    [pixels],
    dense({ outputs: hidden }),
    reluLayer,
    dense({ outputs: code }),
    dense({ outputs: hidden }),
    reluLayer,
    dense({ outputs: pixels }),
    sigmoidLayer,
  );
}
