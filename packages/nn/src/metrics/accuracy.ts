import { formatShape, type Tensor } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";

/**
 * How many rows have their largest output at the right class; of equal outputs the first counts.
 *
 * @param outputs `[N, C]`
 * @param classes int32 `[N]`, from 0 to C - 1
 * @returns a whole number as an int32 tensor without axes; divide by N for the accuracy
 * @throws NnError `labels` when the shapes do not fit
 * @example
 * const accuracy = (await countCorrect(outputs, classes).item()) / outputs.shape[0];
 */
export function countCorrect(outputs: Tensor, classes: Tensor): Tensor {
  if (
    outputs.rank !== 2 ||
    classes.rank !== 1 ||
    outputs.shape[0] !== classes.shape[0] ||
    classes.dtype !== "int32"
  ) {
    throw new NnError(
      "labels",
      `countCorrect: needs outputs [N, C] and int32 classes [N], got ${formatShape(outputs.shape)} and ` +
        `${classes.dtype} ${formatShape(classes.shape)}.`,
    );
  }
  return outputs.device.scope(() => outputs.argmax().equal(classes).sum());
}
