import type { BinaryKernelOp, CompareKernelOp, UnaryKernelOp } from "../backend.ts";
import { requireFloat } from "../core/dtype.ts";
import { TensorError } from "../errors.ts";
import type { OpName } from "../ops/table.ts";
import type { Tensor } from "../tensor.ts";
import { deviceOf } from "./device-of.ts";
import { type Operand, withOperands } from "./operands.ts";

/** Runs one unary kernel: same shape, same dtype. */
export function applyUnary(
  op: OpName & UnaryKernelOp,
  x: Tensor,
  dtypes: "floats" | "signed" = "floats",
): Tensor {
  const device = deviceOf(op, x);
  if (dtypes === "floats") requireFloat(op, x.dtype);
  if (x.dtype === "uint8") {
    throw new TensorError("dtype", `${op}: uint8 has no sign. Convert first: x.cast("int32").`);
  }
  const out = device.allocate(op, x.dtype, x.shape);
  device.run("unary", [out.view], [x.view], { op });
  return device.finish(op, [x], out, {});
}

/** Runs one binary kernel on operands that are first brought to one dtype and one shape. */
export function applyBinary(op: OpName & BinaryKernelOp, a: Operand, b: Operand): Tensor {
  return withOperands(op, a, b, (device, x, y) => {
    if (op === "div" || op === "pow") requireFloat(op, x.dtype);
    const out = device.allocate(op, x.dtype, x.shape);
    device.run("binary", [out.view], [x.view, y.view], { op });
    return device.finish(op, [x, y], out, {});
  });
}

/** Runs one comparison: the result is uint8, 1 where it holds. */
export function applyCompare(
  name: OpName & CompareOpName,
  op: CompareKernelOp,
  a: Operand,
  b: Operand,
): Tensor {
  return withOperands(name, a, b, (device, x, y) => {
    const out = device.allocate(name, "uint8", x.shape);
    device.run("compare", [out.view], [x.view, y.view], { op });
    return device.finish(name, [x, y], out, {});
  });
}

type CompareOpName = "equal" | "notEqual" | "less" | "lessEqual" | "greater" | "greaterEqual";
