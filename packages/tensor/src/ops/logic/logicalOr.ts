import { combinedTruth } from "../../lowering/truth.ts";
import type { Tensor } from "../../tensor.ts";
import { maximum } from "../arithmetic/maximum.ts";

/**
 * Where one or both are true: 1, else 0, as uint8. Everything but 0 counts as true, NaN too.
 *
 * ```ts
 * logicalOr(device.tensor([0, 0, 2]), device.tensor([0, 3, 1])); // [0, 1, 1]
 * ```
 *
 * Shapes broadcast; any dtypes.
 *
 * @throws TensorError `shape`, `device-mismatch`, `use-after-free`
 * @see torch.logical_or
 */
export function logicalOr(a: Tensor, b: Tensor): Tensor {
  return combinedTruth("logicalOr", a, b, maximum);
}
