import type { Shape } from "@gradwerk/tensor";
import { type NoParameters, reluLayer } from "../layers/activations.ts";
import { conv2dLayer } from "../layers/conv2d.ts";
import type { ConvolutionParameters } from "../layers/convolution.ts";
import { type DenseParameters, dense } from "../layers/dense.ts";
import { flatten } from "../layers/flatten.ts";
import { type Network, network } from "../layers/network.ts";
import { maxPool2dLayer } from "../layers/pooling.ts";

/** What a small convolutional network learns, layer by layer. */
export type CnnParameters = readonly (ConvolutionParameters | DenseParameters | NoParameters)[];

/**
 * A small convolutional network after LeNet-5: two convolutions of 5 x 5, each with a pooling by two and a ReLU, and two dense
 * layers. What comes out are logits, for `crossEntropy`. Pooling before the ReLU gives the same and takes a quarter of its work.
 *
 * @param input of one image, `[channels, rows, columns]`; at least 16 x 16
 * @param options.filters of the two convolutions. Default: 8 and 16
 * @param options.hidden units of the dense layer between. Default: 64
 * @throws NnError `layer-shape` for images that are too small
 * @example
 * const model = cnnNetwork([1, 28, 28], { classes: 10 });
 * @see Y. LeCun et al., Proceedings of the IEEE 86 (1998)
 */
export function cnnNetwork(
  input: Shape,
  {
    classes,
    filters = [8, 16],
    hidden = 64,
  }: {
    readonly classes: number;
    readonly filters?: readonly [number, number];
    readonly hidden?: number;
  },
): Network<CnnParameters> {
  const block = (count: number) => [
    conv2dLayer({ filters: count, kernelSize: 5 }),
    maxPool2dLayer(2),
    reluLayer,
  ];
  return network<CnnParameters>(
    input,
    ...block(filters[0]),
    ...block(filters[1]),
    flatten,
    dense({ outputs: hidden }),
    reluLayer,
    dense({ outputs: classes }),
  );
}
