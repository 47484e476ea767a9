import { combinedTruth } from "../../lowering/truth.ts";
import type { Tensor } from "../../tensor.ts";
import { notEqual } from "./notEqual.ts";

/**
 * Where exactly one is true: 1, else 0, as uint8. Everything but 0 counts as true, NaN too.
 *
 * ```ts
 * logicalXor(device.tensor([0, 0, 2]), device.tensor([0, 3, 1])); // [0, 1, 0]
 * ```
 *
 * Shapes broadcast; any dtypes.
 *
 * @throws TensorError `shape`, `device-mismatch`, `use-after-free`
 * @see torch.logical_xor
 */
export function logicalXor(a: Tensor, b: Tensor): Tensor {
  return combinedTruth("logicalXor", a, b, notEqual);
}
