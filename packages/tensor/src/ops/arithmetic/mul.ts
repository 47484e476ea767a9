import { applyBinary } from "../../lowering/elementwise.ts";
import type { Operand } from "../../lowering/operands.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * `a * b`, element by element.
 *
 * ```ts
 * mul(device.tensor([1, 2]), 3); // [3, 6]
 * ```
 *
 * Shapes broadcast; of two dtypes the wider one is the result's, and a plain number adopts the tensor's. Integers wrap around.
 *
 * @throws TensorError `shape` where shapes do not broadcast, `device-mismatch`, `use-after-free`
 */
export function mul(a: Operand, b: Operand): Tensor {
  return applyBinary("mul", a, b);
}
