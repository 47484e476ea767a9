import { requireFloat } from "../../core/dtype.ts";
import { isContiguous } from "../../core/layout.ts";
import { formatShape, sameShape } from "../../core/shape.ts";
import { TensorError } from "../../errors.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkTarget } from "../../lowering/in-place.ts";
import { checkNumber } from "../../lowering/options.ts";
import { tensorsApart } from "../../lowering/updates.ts";
import { contiguous } from "../../lowering/views.ts";
import type { Tensor } from "../../tensor.ts";
import { matmul } from "../matrix/matmul.ts";
import { checkImageRows, scaledRows } from "../matrix/sparseLinear.ts";
import { transpose } from "../shape/transpose.ts";
import { sgdUpdate } from "./sgdUpdate.ts";

/**
 * One step of plain gradient descent on the weight of a `sparseLinear`, in place and without a stored gradient:
 * `weight -= learningRate x^T g` with `x = scale images[rows]`.
 *
 * ```ts
 * sparseLinearSgdUpdate(weight, images, rows, gradient, device.full([], 0.5), 1 / 255);
 * ```
 *
 * `weight` is `[I, O]`, `images` uint8 `[N, I]`, `rows` int32 `[B]`, `gradient` `[B, O]`, by the sums before the
 * activation. A fused kernel, which touches only rows of the weight whose input is not 0: a backend that lacks it
 * gets the dense way.
 *
 * @throws TensorError `shape`, `dtype`, `index`, `scope` while a tape records
 * @see sgdUpdate
 */
export function sparseLinearSgdUpdate(
  weight: Tensor,
  images: Tensor,
  rows: Tensor,
  gradient: Tensor,
  learningRate: Tensor,
  scale: number,
): void {
  const device = deviceOf("sparseLinearSgdUpdate", weight, images, rows, gradient, learningRate);
  checkTarget("sparseLinearSgdUpdate", weight);
  checkNumber("sparseLinearSgdUpdate", "scale", scale);
  requireFloat("sparseLinearSgdUpdate", weight.dtype);
  checkImageRows("sparseLinearSgdUpdate", images, rows);
  const fits =
    weight.rank === 2 &&
    weight.shape[0] === images.shape[1] &&
    sameShape(gradient.shape, [rows.shape[0], weight.shape[1]]) &&
    gradient.dtype === weight.dtype &&
    learningRate.rank === 0 &&
    learningRate.dtype === weight.dtype;
  if (!fits) {
    throw new TensorError(
      "shape",
      `sparseLinearSgdUpdate: weight ${formatShape(weight.shape)}, images ${formatShape(images.shape)}, rows ${formatShape(rows.shape)}, ` +
        `gradient ${formatShape(gradient.shape)} and learning rate ${formatShape(learningRate.shape)} must be [I, O], [N, I], [B], [B, O] ` +
        "and [], floats of one dtype.",
    );
  }
  device.scope(() => {
    if (device.brings("sparseLinearSgdUpdate") && isContiguous(weight.layout)) {
      const [g, rate] = tensorsApart([gradient, learningRate], [weight]);
      device.runFused(
        "sparseLinearSgdUpdate",
        [weight.view],
        [contiguous(images).view, contiguous(rows).view, g.view, rate.view],
        { scale },
      );
      return;
    }
    const x = scaledRows("sparseLinearSgdUpdate", images, rows, weight, scale);
    sgdUpdate(weight, matmul(transpose(x), gradient), learningRate);
  });
}
