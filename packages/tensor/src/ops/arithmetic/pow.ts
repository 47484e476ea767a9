import { applyBinary } from "../../lowering/elementwise.ts";
import type { Operand } from "../../lowering/operands.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * `a` to the power `b`, element by element, floats only; anything to the power 0 is 1.
 *
 * ```ts
 * pow(device.tensor([2, 3]), 2); // [4, 9]
 * ```
 *
 * Shapes broadcast; of two dtypes the wider one is the result's, and a plain number adopts the tensor's.
 *
 * @throws TensorError `shape` where shapes do not broadcast, `device-mismatch`, `use-after-free`
 */
export function pow(a: Operand, b: Operand): Tensor {
  return applyBinary("pow", a, b);
}
