import type { DType } from "../backend.ts";
import { holds, promote } from "../core/dtype.ts";
import { broadcastShapes, checkShape, type Shape, sameShape } from "../core/shape.ts";
import type { Device } from "../device.ts";
import { TensorError } from "../errors.ts";
import { cast } from "../ops/shape/cast.ts";
import { expand } from "../ops/shape/expand.ts";
import type { Tensor } from "../tensor.ts";
import { deviceOf } from "./device-of.ts";

/** What elementwise ops take beside a tensor: another tensor, or a number that adopts the tensor's dtype. */
export type Operand = Tensor | number;

/** Brings two operands to one dtype and one shape and frees what that took, unless a tape needs it. */
export function withOperands(
  op: string,
  a: Operand,
  b: Operand,
  work: (device: Device, x: Tensor, y: Tensor) => Tensor,
): Tensor {
  const first = typeof a === "number" ? b : a;
  if (typeof first === "number") {
    throw new TensorError("value", `${op}: one of the two operands must be a tensor, got ${a} and ${b}.`);
  }
  const device = typeof a !== "number" && typeof b !== "number" ? deviceOf(op, a, b) : deviceOf(op, first);
  const ready =
    typeof a !== "number" && typeof b !== "number" && a.dtype === b.dtype && sameShape(a.shape, b.shape);
  if (ready) return work(device, a, b);
  return device.scope(() => {
    const x = typeof a === "number" ? scalarLike(device, a, first.dtype) : a;
    const y = typeof b === "number" ? scalarLike(device, b, first.dtype) : b;
    const shape = broadcastShapes(op, x.shape, y.shape);
    checkShape(op, shape);
    const dtype = promote(x.dtype, y.dtype);
    return work(device, broughtTo(x, dtype, shape), broughtTo(y, dtype, shape));
  });
}

/** `x` in this dtype and shape; itself where it is already so. */
export function broughtTo(x: Tensor, dtype: DType, shape: Shape): Tensor {
  const typed = x.dtype === dtype ? x : cast(x, dtype);
  return sameShape(typed.shape, shape) ? typed : expand(typed, shape);
}

/** A number as a tensor without axes, in the dtype of the tensor it meets, or in the narrowest wider one it fits. */
export function scalarLike(device: Device, value: number, dtype: DType): Tensor {
  const wider = holds("int32", value) ? "int32" : "float32";
  return device.full([], value, { dtype: holds(dtype, value) ? dtype : wider });
}
