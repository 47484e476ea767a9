import { embedding, sizeOf, type Tensor } from "@gradwerk/tensor";
import { checkCounts } from "./extents.ts";
import { drawsOf, type Initializer, normal } from "./initializers.ts";
import type { Layer } from "./layer.ts";

/** How an embedding is made. */
export interface EmbeddingOptions {
  /** How many things there are to look up. */
  readonly count: number;
  /** Numbers for each of them. */
  readonly units: number;
  /** Default: `normal()`. */
  readonly weight?: Initializer;
}

/**
 * A row of learned numbers for each index: `[...]` of whole numbers from 0 to `count - 1` -> `[..., units]`. Inputs may be
 * of any dtype; floats are cut to whole numbers.
 *
 * @throws NnError `layer-size`
 * @see torch.nn.Embedding
 */
export function embeddingLayer({
  count,
  units,
  weight = normal(),
}: EmbeddingOptions): Layer<{ readonly weight: Tensor }> {
  const name = `embedding ${count} -> ${units}`;
  checkCounts("embeddingLayer", { count, units });
  return {
    name,
    outputShape: (input) => [...input, units],
    initialize: (device, dtype, start = {}) => ({
      weight: weight(device, [count, units], dtype, `${name} weight`, drawsOf(start)),
    }),
    apply: ({ weight: w }, x) => embedding(x.dtype === "int32" ? x : x.cast("int32"), w),
    flops: (input) => sizeOf(input) * units,
  };
}
