import { normalizeAxis } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import type { Tensor } from "../../tensor.ts";
import { add } from "../arithmetic/add.ts";
import { cast } from "../shape/cast.ts";
import { pad } from "../shape/pad.ts";
import { slice } from "../shape/slice.ts";

/**
 * Running sums along an axis: element i is `x[0] + ... + x[i]`.
 *
 * ```ts
 * cumsum(device.tensor([1, 2, 3])); // [1, 3, 6]
 * ```
 *
 * Any dtype; int32 wraps around, uint8 is summed as int32. In each of log2(n) rounds the sums of twice as many
 * neighbours arise, which takes fewer roundings than going from first to last.
 *
 * @param axis default: the last
 * @throws TensorError `axis`
 * @see W. Hillis, G. Steele, "Data parallel algorithms", CACM 29 (1986); torch.cumsum
 */
export function cumsum(x: Tensor, axis: number = -1): Tensor {
  const device = deviceOf("cumsum", x);
  const along = normalizeAxis("cumsum", axis, x.shape);
  if (x.dtype === "uint8") return device.scope(() => cumsum(cast(x, "int32"), axis));
  return device.asOne("cumsum", [x], { axis: along }, () => {
    const length = x.shape[along];
    let total = cast(x, x.dtype);
    for (let reach = 1; reach < length; reach *= 2) {
      // Every element takes on the sum that ended `reach` places before it.
      const before = pad(slice(total, along, 0, length - reach), axisPadding(x.rank, along, reach));
      total = add(total, before);
    }
    return total;
  });
}

function axisPadding(rank: number, axis: number, low: number): [number, number][] {
  return Array.from({ length: rank }, (_, i) => [i === axis ? low : 0, 0]);
}
