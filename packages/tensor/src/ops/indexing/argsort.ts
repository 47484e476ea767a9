import { normalizeAxis } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { sortingNetwork } from "../../lowering/sorting-network.ts";
import { contiguous } from "../../lowering/views.ts";
import type { Tensor } from "../../tensor.ts";
import { reshape } from "../shape/reshape.ts";
import { transpose } from "../shape/transpose.ts";

/** In which order `sort` and its like put elements. */
export interface SortOptions {
  /** Whether the largest comes first. Default: false. */
  readonly descending?: boolean;
}

/**
 * The places of the elements in sorted order along an axis, as int32; equals stay in their order.
 *
 * ```ts
 * argsort(device.tensor([30, 10, 20])); // [1, 2, 0]
 * ```
 *
 * Any dtype; NaN counts as the largest. A fused kernel: a backend that lacks it gets a sorting network of required
 * kernels.
 *
 * @param axis default: the last
 * @throws TensorError `axis`
 * @see torch.argsort with stable=True
 */
export function argsort(x: Tensor, axis: number = -1, { descending = false }: SortOptions = {}): Tensor {
  const device = deviceOf("argsort", x);
  const along = normalizeAxis("argsort", axis, x.shape);
  return device.asOne("argsort", [x], {}, () => {
    const ordered = contiguous(transpose(x, along, -1));
    if (x.size === 0) return transpose(device.allocate("argsort", "int32", ordered.shape), along, -1);
    const [rows, length] = [x.size / x.shape[along], x.shape[along]];
    const flat = reshape(ordered, [rows, length]);
    let order: Tensor;
    if (device.brings("argsort")) {
      order = device.allocate("argsort", "int32", [rows, length]);
      device.runFused("argsort", [order.view], [flat.view], { descending });
    } else {
      order = sortingNetwork(flat, descending);
    }
    return transpose(reshape(order, ordered.shape), along, -1);
  });
}
