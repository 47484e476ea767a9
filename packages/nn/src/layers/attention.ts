import { linear, type Shape, type Tensor, where } from "@gradwerk/tensor";
import { checkCounts, checkSample, toldInput } from "./extents.ts";
import { drawsOf, type Initializer, xavierUniform, zeros } from "./initializers.ts";
import type { Layer } from "./layer.ts";
import { pyTorchNames } from "./py-torch-form.ts";

/** What attention learns. */
export interface AttentionParameters {
  /** `[E, 3 E]`: queries, keys and values side by side. */
  readonly inputWeight: Tensor;
  /** `[3 E]` */
  readonly inputBias: Tensor;
  /** `[E, E]` */
  readonly outputWeight: Tensor;
  /** `[E]` */
  readonly outputBias: Tensor;
}

/** How attention is made. */
export interface AttentionOptions {
  /** Into how many parts each token is divided, each of which looks for itself; divides E. */
  readonly heads: number;
  /** Whether a token sees only itself and those before it. Default: false. */
  readonly causal?: boolean;
  /** Default: `xavierUniform()`. */
  readonly weight?: Initializer;
}

/**
 * Multi-head self-attention over tokens `[T, E]`: each token is a mean of all tokens' values, weighed by how well its query
 * fits their keys, `softmax(q k^T / sqrt(E / heads)) v`, and then a dense layer.
 *
 * @throws NnError `layer-size`, `layer-shape` for an E that heads do not divide
 * @see A. Vaswani et al., arXiv:1706.03762; torch.nn.MultiheadAttention
 */
export function multiHeadAttention({
  heads,
  causal = false,
  weight = xavierUniform(),
}: AttentionOptions): Layer<AttentionParameters> {
  const name = `attention of ${heads} heads`;
  checkCounts("multiHeadAttention", { heads });
  const checked = (input: Shape): Shape => {
    const fits = input.length === 2 && input[1] % heads === 0;
    checkSample(
      name,
      fits,
      `[T, E], E a multiple of ${heads}`,
      input,
      "Change the units of a token, or the heads.",
    );
    return input;
  };
  return {
    name,
    outputShape: checked,
    initialize(device, dtype, start = {}) {
      const [, units] = checked(toldInput(name, start.input));
      const draws = drawsOf(start);
      return {
        inputWeight: weight(device, [units, 3 * units], dtype, `${name} input weight`, draws),
        inputBias: zeros(device, [3 * units], dtype, `${name} input bias`),
        outputWeight: weight(device, [units, units], dtype, `${name} output weight`, draws),
        outputBias: zeros(device, [units], dtype, `${name} output bias`),
      };
    },
    apply({ inputWeight, inputBias, outputWeight, outputBias }, x) {
      const [batch, tokens, units] = x.shape;
      const size = units / heads;
      // [B, T, 3 E] -> three times [B, heads, T, E / heads]
      const [queries, keys, values] = linear(x, inputWeight, inputBias)
        .split(units, 2)
        .map((part) => part.reshape([batch, tokens, heads, size]).permute([0, 2, 1, 3]));
      const fits = queries.matmul(keys.transpose()).mul(1 / Math.sqrt(size));
      const shares = (causal ? hideLater(fits, tokens) : fits).softmax();
      const mixed = shares.matmul(values).permute([0, 2, 1, 3]).reshape([batch, tokens, units]);
      return linear(mixed, outputWeight, outputBias);
    },
    pyTorch: pyTorchNames({
      inputWeight: { name: "in_proj_weight", axes: [1, 0] },
      inputBias: { name: "in_proj_bias" },
      outputWeight: { name: "out_proj.weight", axes: [1, 0] },
      outputBias: { name: "out_proj.bias" },
    }),
    flops: ([tokens, units]) => 8 * tokens * units * units + 4 * tokens * tokens * units,
  };
}

function hideLater(fits: Tensor, tokens: number): Tensor {
  const { device } = fits;
  const places = device.arange(tokens);
  const isSeen = places.reshape([tokens, 1]).greaterEqual(places);
  return where(isSeen, fits, Number.NEGATIVE_INFINITY);
}
