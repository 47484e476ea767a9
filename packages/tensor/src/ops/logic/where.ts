import { promote } from "../../core/dtype.ts";
import { broadcastShapes, checkShape } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { broughtTo, type Operand, scalarLike } from "../../lowering/operands.ts";
import type { Tensor } from "../../tensor.ts";
import { notEqual } from "./notEqual.ts";

/**
 * `a` where the condition holds (is not 0), else `b`, element by element.
 *
 * ```ts
 * where(x.greater(0), x, 0); // negative numbers become 0
 * ```
 *
 * The three shapes broadcast; `a` and `b` are promoted as in `add`.
 *
 * @throws TensorError `shape`, `device-mismatch`, `use-after-free`
 * @see torch.where
 */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  const tensors = [a, b].filter((operand) => typeof operand !== "number");
  const device = deviceOf("where", condition, ...tensors);
  return device.scope(() => {
    const dtype = tensors[0]?.dtype ?? "float32";
    const x = typeof a === "number" ? scalarLike(device, a, dtype) : a;
    const y = typeof b === "number" ? scalarLike(device, b, dtype) : b;
    const shape = broadcastShapes("where", condition.shape, broadcastShapes("where", x.shape, y.shape));
    checkShape("where", shape);
    const common = promote(x.dtype, y.dtype);
    const holds = broughtTo(condition.dtype === "uint8" ? condition : notEqual(condition, 0), "uint8", shape);
    const yes = broughtTo(x, common, shape);
    const no = broughtTo(y, common, shape);
    const out = device.allocate("where", common, shape);
    device.run("where", [out.view], [holds.view, yes.view, no.view], {});
    return device.finish("where", [holds, yes, no], out, {});
  });
}
