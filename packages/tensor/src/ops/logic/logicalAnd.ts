import { combinedTruth } from "../../lowering/truth.ts";
import type { Tensor } from "../../tensor.ts";
import { minimum } from "../arithmetic/minimum.ts";

/**
 * Where both are true: 1, else 0, as uint8. Everything but 0 counts as true, NaN too.
 *
 * ```ts
 * logicalAnd(device.tensor([0, 1, 2]), device.tensor([1, 0, -1])); // [0, 0, 1]
 * ```
 *
 * Shapes broadcast; any dtypes.
 *
 * @throws TensorError `shape`, `device-mismatch`, `use-after-free`
 * @see torch.logical_and
 */
export function logicalAnd(a: Tensor, b: Tensor): Tensor {
  return combinedTruth("logicalAnd", a, b, minimum);
}
