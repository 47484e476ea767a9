import { applyCompare } from "../../lowering/elementwise.ts";
import type { Operand } from "../../lowering/operands.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * Where `a <= b`: 1, else 0, as uint8. NaN is unequal to everything, itself included.
 *
 * ```ts
 * lessEqual(device.tensor([1, 2]), 2); // [1, 1]
 * ```
 *
 * Shapes broadcast and dtypes are promoted as in `add`.
 *
 * @throws TensorError `shape`, `device-mismatch`, `use-after-free`
 */
export function lessEqual(a: Operand, b: Operand): Tensor {
  return applyCompare("lessEqual", "le", a, b);
}
