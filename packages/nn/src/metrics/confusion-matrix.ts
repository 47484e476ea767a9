import { formatShape, oneHot, type Tensor } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";

/**
 * How often each class was taken for which: a row for each true class, a column for each class that the network says.
 *
 * @param outputs `[N, C]`; of equal outputs the first counts
 * @param classes int32 `[N]`, from 0 to C - 1
 * @returns int32 `[C, C]`, on the device, so that it can be captured and added up over batches
 * @throws NnError `labels` when the shapes do not fit
 * @example
 * const matrix = rowsOf(await confusionMatrix(outputs, classes).data(), 10);
 */
export function confusionMatrix(outputs: Tensor, classes: Tensor): Tensor {
  const fits = outputs.rank === 2 && classes.rank === 1 && outputs.shape[0] === classes.shape[0];
  if (!fits || classes.dtype !== "int32") {
    throw new NnError(
      "labels",
      `confusionMatrix: needs outputs [N, C] and int32 classes [N], got ${formatShape(outputs.shape)} and ` +
        `${classes.dtype} ${formatShape(classes.shape)}.`,
    );
  }
  const [, count] = outputs.shape;
  return outputs.device.scope(() => {
    const truth = oneHot(classes, count, { dtype: "float32" });
    const said = oneHot(outputs.argmax(), count, { dtype: "float32" });
    return truth.transpose().matmul(said).cast("int32");
  });
}

/** Counts by true class and by the class that was said: `matrix[truth][said]`. */
export type ConfusionMatrix = readonly (readonly number[])[];

/** The rows of a square matrix whose numbers lie one after the other. */
export function rowsOf(values: ArrayLike<number>, classes: number): number[][] {
  return Array.from({ length: classes }, (_, row) =>
    Array.from({ length: classes }, (_, column) => values[row * classes + column]),
  );
}
