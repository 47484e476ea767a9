import { broadcastShapes, checkShape, sizeOf } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { flatIndices, sharedAxis } from "../../lowering/flat-indices.ts";
import { requireIndices } from "../../lowering/indices.ts";
import type { Tensor } from "../../tensor.ts";
import { expand } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";
import { gatherRows } from "./gatherRows.ts";

/**
 * Elements picked along an axis by their numbers, for each line by its own: `out[i, j] = x[i, indices[i, j]]`.
 *
 * ```ts
 * takeAlong(device.tensor([[1, 2], [3, 4]]), device.tensor([[1], [0]], { dtype: "int32" })); // [[2], [3]]
 * ```
 *
 * `x` of any dtype, `indices` int32 with as many axes; sizes are equal, or 1 to broadcast, but along the axis. An
 * index outside is refused where the device can read indices at once; else it picks 0.
 *
 * @param axis default: the last
 * @throws TensorError `axis`, `dtype`, `shape`, `index`
 * @see torch.take_along_dim
 */
export function takeAlong(x: Tensor, indices: Tensor, axis: number = -1): Tensor {
  const device = deviceOf("takeAlong", x, indices);
  const along = sharedAxis("takeAlong", x, indices, axis);
  requireIndices("takeAlong", indices);
  const lines = broadcastShapes("takeAlong", x.shape.with(along, 1), indices.shape.with(along, 1));
  for (const extent of [x.shape[along], indices.shape[along]]) {
    checkShape("takeAlong", lines.with(along, extent));
  }
  return device.scope(() => {
    const source = expand(x, lines.with(along, x.shape[along]));
    const picks = expand(indices, lines.with(along, indices.shape[along]));
    const places = flatIndices("takeAlong", picks, source.shape, along);
    return reshape(gatherRows(reshape(source, [sizeOf(source.shape), 1]), places), picks.shape);
  });
}
