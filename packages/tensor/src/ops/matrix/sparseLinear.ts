import { checkShape } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkForm } from "../../lowering/fit.ts";
import { fusedResult } from "../../lowering/fused.ts";
import { checkIndices } from "../../lowering/indices.ts";
import { checkNumber } from "../../lowering/options.ts";
import type { Tensor } from "../../tensor.ts";
import { mul } from "../arithmetic/mul.ts";
import { gatherRows } from "../indexing/gatherRows.ts";
import { cast } from "../shape/cast.ts";
import { checkActivation, checkLinear, type LinearOptions, linear } from "./linear.ts";

/**
 * `linear` on rows of stored images, of which only values other than 0 are read: `activation(s images[rows] w + b)`
 * with the scale s.
 *
 * ```ts
 * const images = device.tensor([[0, 255], [255, 0]], { dtype: "uint8" });
 * const rows = device.tensor([1, 0], { dtype: "int32" });
 * sparseLinear(images, rows, device.tensor([[1], [2]]), device.tensor([0]), 1 / 255); // [[1], [2]]
 * ```
 *
 * `images` is uint8 `[N, I]`, `rows` int32 `[B]`, `weight` `[I, O]`, `bias` `[O]`. A fused kernel: a backend that lacks
 * it gathers the rows and takes the dense way.
 *
 * @throws TensorError `shape`, `dtype`, `index`, `value` for a scale that is not finite
 * @see docs of `linear`
 */
export function sparseLinear(
  images: Tensor,
  rows: Tensor,
  weight: Tensor,
  bias: Tensor,
  scale: number,
  { activation = "none" }: LinearOptions = {},
): Tensor {
  const device = deviceOf("sparseLinear", images, rows, weight, bias);
  checkImageRows("sparseLinear", images, rows);
  checkNumber("sparseLinear", "scale", scale);
  checkActivation("sparseLinear", activation);
  checkLinear("sparseLinear", { shape: images.shape, dtype: weight.dtype }, weight, bias);
  checkShape("sparseLinear", [rows.size, weight.shape[1]]);
  return device.asOne("sparseLinear", [images, rows, weight, bias], { scale, activation }, () => {
    const shape = [rows.size, weight.shape[1]];
    const attributes = { scale, activation };
    const inputs = [images, rows, weight, bias];
    return (
      fusedResult("sparseLinear", "sparseLinear", weight.dtype, shape, inputs, attributes) ??
      linear(scaledRows("sparseLinear", images, rows, weight, scale), weight, bias, { activation })
    );
  });
}

/** The rows as dense numbers of the weight's dtype, `[B, I]`. */
export function scaledRows(op: string, images: Tensor, rows: Tensor, weight: Tensor, scale: number): Tensor {
  checkShape(op, [rows.size, images.shape[1]]);
  return mul(cast(gatherRows(images, rows), weight.dtype), scale);
}

/** @throws TensorError `shape`, `dtype`, `index` */
export function checkImageRows(op: string, images: Tensor, rows: Tensor): void {
  const fits = images.dtype === "uint8" && images.rank === 2 && rows.rank === 1;
  checkForm(op, fits, "images uint8 [N, I] and rows [B]", images, rows);
  checkIndices(op, rows, images.shape[0], `the ${images.shape[0]} images`);
}
