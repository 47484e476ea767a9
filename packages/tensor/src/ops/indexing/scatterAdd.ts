import { sizeOf } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkFit, checkOneDtype } from "../../lowering/fit.ts";
import { flatIndices, sharedAxis } from "../../lowering/flat-indices.ts";
import { requireIndices } from "../../lowering/indices.ts";
import { checkSums } from "../../lowering/rows.ts";
import type { Tensor } from "../../tensor.ts";
import { reshape } from "../shape/reshape.ts";
import { scatterAddRows } from "./scatterAddRows.ts";

/**
 * A copy of `base` to whose elements others are added along an axis: `out[i, indices[i, j]] += source[i, j]`, one j
 * after the other.
 *
 * ```ts
 * scatterAdd(device.zeros([1, 3]), device.tensor([[2, 2]], { dtype: "int32" }), device.tensor([[5, 1]])); // [[0, 0, 6]]
 * ```
 *
 * `base` and `source` are float32, float64 or int32 alike; `indices` is int32 of source's shape, which equals base's
 * but along the axis. An index outside is refused where the device can read indices at once; else it is left away.
 *
 * @param axis default: the last
 * @throws TensorError `axis`, `dtype`, `shape`, `index`
 * @see torch.scatter_add
 */
export function scatterAdd(base: Tensor, indices: Tensor, source: Tensor, axis: number = -1): Tensor {
  const device = deviceOf("scatterAdd", base, indices, source);
  const along = sharedAxis("scatterAdd", base, indices, axis);
  requireIndices("scatterAdd", indices);
  checkFit("scatterAdd", "source", source, indices.shape, { indices });
  checkFit("scatterAdd", "indices", indices, base.shape.with(along, indices.shape[along]), { base });
  checkSums("scatterAdd", base.dtype);
  checkOneDtype("scatterAdd", { base, source });
  return device.scope(() => {
    const places = flatIndices("scatterAdd", indices, base.shape, along);
    const rows = reshape(base, [sizeOf(base.shape), 1]);
    return reshape(scatterAddRows(rows, places, reshape(source, [sizeOf(source.shape), 1])), base.shape);
  });
}
