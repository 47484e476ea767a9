import { applyCompare } from "../../lowering/elementwise.ts";
import type { Operand } from "../../lowering/operands.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * Where `a < b`: 1, else 0, as uint8. NaN is unequal to everything, itself included.
 *
 * ```ts
 * less(device.tensor([1, 2]), 2); // [1, 0]
 * ```
 *
 * Shapes broadcast and dtypes are promoted as in `add`.
 *
 * @throws TensorError `shape`, `device-mismatch`, `use-after-free`
 */
export function less(a: Operand, b: Operand): Tensor {
  return applyCompare("less", "lt", a, b);
}
