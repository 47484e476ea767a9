import { applyBinary } from "../../lowering/elementwise.ts";
import type { Operand } from "../../lowering/operands.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * The smaller of `a` and `b`, element by element; NaN where either is NaN.
 *
 * ```ts
 * minimum(device.tensor([1, -2]), 0); // [0, -2]
 * ```
 *
 * Shapes broadcast; of two dtypes the wider one is the result's, and a plain number adopts the tensor's.
 *
 * @throws TensorError `shape` where shapes do not broadcast, `device-mismatch`, `use-after-free`
 */
export function minimum(a: Operand, b: Operand): Tensor {
  return applyBinary("minimum", a, b);
}
