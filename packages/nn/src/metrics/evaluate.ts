import { formatShape, type Tensor } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";
import type { Layer } from "../layers/layer.ts";
import { countCorrect } from "./accuracy.ts";

/** How `evaluate` goes through the rows. */
export interface EvaluateOptions {
  /** Rows that pass through the network at a time; bounds the memory. Default: 1000. */
  readonly batchSize?: number;
}

/**
 * The share of rows that the network classifies rightly, from 0 to 1.
 *
 * @param x `[N, inputs]`
 * @param classes int32 `[N]`
 * @throws NnError `labels` when there are no rows or the shapes do not fit
 * @example
 * const accuracy = await evaluate(network, parameters, testImages, testClasses); // 0.978
 */
export async function evaluate<Parameters>(
  model: Layer<Parameters>,
  parameters: Parameters,
  x: Tensor,
  classes: Tensor,
  { batchSize = 1000 }: EvaluateOptions = {},
): Promise<number> {
  const count = x.shape[0] ?? 0;
  if (count === 0 || classes.shape[0] !== count) {
    throw new NnError(
      "labels",
      `evaluate: needs as many classes as rows and at least one, got x ${formatShape(x.shape)} and classes ${formatShape(classes.shape)}.`,
    );
  }
  let correct = 0;
  for (let start = 0; start < count; start += batchSize) {
    const end = Math.min(start + batchSize, count);
    const counted = x.device.scope(() =>
      countCorrect(model.apply(parameters, x.slice(0, start, end)), classes.slice(0, start, end)),
    );
    correct += await counted.item();
    counted.dispose();
  }
  return correct / count;
}
