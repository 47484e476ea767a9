import { broadcastShapes, checkShape } from "../core/shape.ts";
import { notEqual } from "../ops/logic/notEqual.ts";
import type { Tensor } from "../tensor.ts";
import { deviceOf } from "./device-of.ts";

/** 1 where an element counts as true (is not 0), else 0, as uint8. */
export function asTruth(x: Tensor): Tensor {
  return notEqual(x, 0);
}

/**
 * Combines the truth of two tensors of any dtypes whose shapes broadcast.
 *
 * @throws TensorError `shape`, `device-mismatch`
 */
export function combinedTruth(
  op: string,
  a: Tensor,
  b: Tensor,
  combine: (x: Tensor, y: Tensor) => Tensor,
): Tensor {
  const device = deviceOf(op, a, b);
  checkShape(op, broadcastShapes(op, a.shape, b.shape));
  return device.scope(() => combine(asTruth(a), asTruth(b)));
}
