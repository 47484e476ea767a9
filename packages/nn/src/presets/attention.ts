import type { Shape } from "@gradwerk/tensor";
import { geluLayer } from "../layers/activations.ts";
import { multiHeadAttention } from "../layers/attention.ts";
import { dense } from "../layers/dense.ts";
import { type Network, network } from "../layers/network.ts";
import { layerNormLayer } from "../layers/normalization.ts";
import { residual } from "../layers/residual.ts";
import { sequential } from "../layers/sequential.ts";
import { meanOfTokens, patches, positionalEmbedding } from "../layers/tokens.ts";

/** How an attention network is made. */
export interface AttentionNetworkOptions {
  readonly classes: number;
  /** Pixels on a side of a patch. Default: 7. */
  readonly patchSize?: number;
  /** Units of a token. Default: 48. */
  readonly units?: number;
  /** Default: 4. */
  readonly heads?: number;
  /** Blocks of attention and dense layers. Default: 2. */
  readonly blocks?: number;
}

/**
 * A small vision transformer: an image's patches as tokens, blocks of attention and dense layers with layer norm before
 * each, and a dense layer on the mean of the tokens. What comes out are logits.
 *
 * @param input of one image, `[channels, rows, columns]`, which the size of a patch divides
 * @throws NnError `layer-shape`
 * @example
 * const model = attentionNetwork([1, 28, 28], { classes: 10 });
 * @see A. Dosovitskiy et al., arXiv:2010.11929
 */
export function attentionNetwork(
  input: Shape,
  { classes, patchSize = 7, units = 48, heads = 4, blocks = 2 }: AttentionNetworkOptions,
): Network<readonly unknown[]> {
  const block = () => [
    residual(sequential(layerNormLayer(), multiHeadAttention({ heads }))),
    residual(
      sequential(layerNormLayer(), dense({ outputs: 2 * units }), geluLayer, dense({ outputs: units })),
    ),
  ];
  return network<readonly unknown[]>(
    input,
    patches(patchSize),
    dense({ outputs: units }),
    positionalEmbedding(),
    ...Array.from({ length: blocks }, block).flat(),
    layerNormLayer(),
    meanOfTokens,
    dense({ outputs: classes }),
  );
}
