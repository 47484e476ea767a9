import { formatShape, type Tensor, topK } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";
import { checkWholeNumbers } from "../training/whole-numbers.ts";

/**
 * How many rows have their true class among their k largest outputs.
 *
 * @param outputs `[N, C]`
 * @param classes int32 `[N]`
 * @returns a whole number as an int32 tensor without axes
 * @throws NnError `labels` when the shapes do not fit or k is more than C, `option` for a k that is no whole number
 * @example
 * const top5 = (await countInTopK(outputs, classes, 5).item()) / outputs.shape[0];
 */
export function countInTopK(outputs: Tensor, classes: Tensor, k: number): Tensor {
  checkWholeNumbers("countInTopK", { k });
  const [count, width] = outputs.shape;
  if (outputs.rank !== 2 || classes.rank !== 1 || classes.shape[0] !== count || k > width) {
    throw new NnError(
      "labels",
      `countInTopK: needs outputs [N, C] with C at least ${k} and classes [N], got ${formatShape(outputs.shape)} and ` +
        `${formatShape(classes.shape)}.`,
    );
  }
  return outputs.device.scope(() => {
    const { indices } = topK(outputs, k);
    return indices
      .equal(classes.reshape([count, 1]))
      .cast("int32")
      .sum();
  });
}
