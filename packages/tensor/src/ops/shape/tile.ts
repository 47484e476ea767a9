import { checkShape, formatShape, requireArray, sizeOf } from "../../core/shape.ts";
import { TensorError } from "../../errors.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkWhole } from "../../lowering/options.ts";
import type { Tensor } from "../../tensor.ts";
import { expand } from "./expand.ts";
import { reshape } from "./reshape.ts";
import { slice } from "./slice.ts";

/**
 * A tensor repeated along its axes.
 *
 * ```ts
 * tile(device.tensor([1, 2]), [2]); // [1, 2, 1, 2]
 * ```
 *
 * @param counts how often along each axis; more counts than axes add axes at the front
 * @throws TensorError `value` for counts that are no whole numbers from 0 up or fewer than axes, `size-overflow`
 * @see torch.tile
 */
export function tile(x: Tensor, counts: readonly number[]): Tensor {
  const device = deviceOf("tile", x);
  requireArray("tile", "counts", counts);
  for (const count of counts) checkWhole("tile", "each count", count, 0);
  if (counts.length < x.rank) {
    throw new TensorError(
      "value",
      `tile: ${formatShape(x.shape)} has ${x.rank} axes, got ${counts.length} counts. Give one for each axis.`,
    );
  }
  const aligned = [...new Array<number>(counts.length - x.rank).fill(1), ...x.shape];
  checkShape(
    "tile",
    aligned.map((extent, axis) => extent * counts[axis]),
  );
  return device.scope(() => {
    let out = reshape(x, aligned);
    // Where nothing is left, nothing is repeated before it goes.
    for (const [axis, count] of counts.entries()) if (count === 0) out = slice(out, axis, 0, 0);
    for (const [axis, count] of counts.entries()) {
      if (count <= 1) continue;
      const { shape } = out;
      // What lies in one piece along the axis is repeated as a whole; an empty tensor has no pieces.
      const pieces = out.size === 0 ? 0 : sizeOf(shape.slice(0, axis));
      const length = out.size === 0 ? 0 : sizeOf(shape.slice(axis));
      const repeated = expand(reshape(out, [pieces, 1, length]), [pieces, count, length]);
      out = reshape(repeated, shape.with(axis, shape[axis] * count));
    }
    return out;
  });
}
