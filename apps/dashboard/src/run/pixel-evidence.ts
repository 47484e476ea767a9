import { type Network, valueAndGrad } from "@gradwerk/nn";
import type { Tensor } from "@gradwerk/tensor";

/**
 * For a batch with the same image once for each class, the derivative of a class's output by the pixels: row c of the result
 * is that of output c, `[C, ...]`. The images go side by side, so that one way back tells all.
 *
 * @param own `[C, C]`, 1 where row and column are the same and else 0: which output of which image
 */
export function pixelEvidence(
  model: Network<unknown>,
  parameters: unknown,
): (copies: Tensor, own: Tensor) => Tensor {
  const derived = valueAndGrad((copies: Tensor, own: Tensor) =>
    model.apply(parameters, copies).mul(own).sum(),
  );
  return (copies, own) => derived(copies, own).gradients;
}
