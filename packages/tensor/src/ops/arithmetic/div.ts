import { applyBinary } from "../../lowering/elementwise.ts";
import type { Operand } from "../../lowering/operands.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * `a / b`, element by element, floats only: `cast` integers first.
 *
 * ```ts
 * div(device.tensor([1, 2]), 4); // [0.25, 0.5]
 * ```
 *
 * Shapes broadcast; of two dtypes the wider one is the result's, and a plain number adopts the tensor's.
 *
 * @throws TensorError `shape` where shapes do not broadcast, `device-mismatch`, `use-after-free`
 */
export function div(a: Operand, b: Operand): Tensor {
  return applyBinary("div", a, b);
}
