import { formatShape, type Tensor } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";

/**
 * The article's error, `1/2 sum over j of (y_j - t_j)^2`, averaged over the images of the batch. One number.
 *
 * @param outputs `[B, C]`
 * @param targets `[B, C]`, for example one-hot
 * @throws NnError `layer-shape` when the shapes differ
 * @example
 * const loss = halfSquaredError(network.apply(parameters, images), targets);
 */
export function halfSquaredError(outputs: Tensor, targets: Tensor): Tensor {
  const fits = outputs.rank === 2 && formatShape(outputs.shape) === formatShape(targets.shape);
  if (!fits) {
    throw new NnError(
      "layer-shape",
      `halfSquaredError: outputs ${formatShape(outputs.shape)} and targets ${formatShape(targets.shape)} must both be ` +
        "[B, C]. Encode class numbers as one-hot rows.",
    );
  }
  return outputs
    .sub(targets)
    .square()
    .sum()
    .mul(0.5 / outputs.shape[0]);
}
