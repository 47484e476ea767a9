import type { Window2dAttributes } from "../backend.ts";
import { promote, requireFloat } from "../core/dtype.ts";
import { formatShape } from "../core/shape.ts";
import { TensorError } from "../errors.ts";
import { add } from "../ops/arithmetic/add.ts";
import { cast } from "../ops/shape/cast.ts";
import { reshape } from "../ops/shape/reshape.ts";
import type { Tensor } from "../tensor.ts";
import { checkWhole } from "./options.ts";

/** A window's moves, and into how many groups channels are divided that do not mix. */
export type ConvolutionAttributes = Window2dAttributes & { readonly groups: number };

/**
 * Checks that channels divide into groups and fit the weight, which is `[out, in / groups, ...]` of a convolution.
 *
 * @throws TensorError `shape`, `value`
 */
export function checkChannels(
  op: string,
  x: Tensor,
  inChannels: number,
  weight: Tensor,
  groups: number,
): void {
  checkWhole(op, "groups", groups, 1);
  const [outChannels, perGroup] = weight.shape;
  if (perGroup * groups !== inChannels || outChannels % groups !== 0) {
    throw new TensorError(
      "shape",
      `${op}: channels do not fit: images ${formatShape(x.shape)}, weight ${formatShape(weight.shape)}, ${groups} groups. ` +
        `A convolution's weight is [out, in / groups, height, width]: here in is ${perGroup} x ${groups} = ${perGroup * groups}, ` +
        `and ${groups} must divide ${outChannels}.`,
    );
  }
}

/** All tensors in the widest of their dtypes, which must be a float. */
export function inOneFloat(
  op: string,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
): [x: Tensor, weight: Tensor, bias: Tensor | undefined] {
  const given = bias === undefined ? [x, weight] : [x, weight, bias];
  const dtype = given.map((tensor) => tensor.dtype).reduce(promote);
  requireFloat(op, dtype);
  const [images, kernels, shift] = given.map((tensor) =>
    tensor.dtype === dtype ? tensor : cast(tensor, dtype),
  );
  return [images, kernels, shift];
}

/** One bias per channel added to images `[B, C, H, W]`. */
export function withBias(y: Tensor, bias: Tensor | undefined): Tensor {
  return bias === undefined ? y : add(y, reshape(bias, [y.shape[1], 1, 1]));
}
