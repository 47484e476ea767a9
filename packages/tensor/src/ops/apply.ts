import type { BinaryKernelOp, CompareKernelOp, DType, UnaryKernelOp } from "../backend.ts";
import { isFloat, promote, requireFloat } from "../core/dtype.ts";
import { contiguousLayout, isContiguous, type Layout, reshapeLayout } from "../core/layout.ts";
import { broadcastShapes, type Shape, sameShape } from "../core/shape.ts";
import type { Device } from "../device.ts";
import { TensorError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { cast } from "./cast.ts";
import { expand } from "./expand.ts";
import type { OpName } from "./table.ts";

/** What elementwise ops take beside a tensor: another tensor, or a number that adopts the tensor's dtype. */
export type Operand = Tensor | number;

/**
 * The device that all tensors of a call share. Also finds tensors that were freed.
 *
 * @throws TensorError `device-mismatch`, `use-after-free`
 */
export function deviceOf(op: string, ...tensors: readonly [Tensor, ...Tensor[]]): Device {
  const device = tensors[0].device;
  for (const tensor of tensors) {
    tensor.assertAlive(op);
    if (tensor.device !== device) {
      throw new TensorError(
        "device-mismatch",
        `${op}: ${tensors[0]} is on a device of backend ${device.backend.name}, ${tensor} on another one of backend ` +
          `${tensor.device.backend.name}. Copy one over: device.tensor(await x.data(), { shape: x.shape }).`,
      );
    }
  }
  return device;
}

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
  const out = device.allocate(x.dtype, x.shape);
  device.run("unary", [out.view], [x.view], { op });
  return device.finish(op, [x], out, {});
}

/** Runs one binary kernel on operands that are first brought to one dtype and one shape. */
export function applyBinary(op: OpName & BinaryKernelOp, a: Operand, b: Operand): Tensor {
  return withOperands(op, a, b, (device, x, y) => {
    if (op === "div" || op === "pow") requireFloat(op, x.dtype);
    const out = device.allocate(x.dtype, x.shape);
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
    const out = device.allocate("uint8", x.shape);
    device.run("compare", [out.view], [x.view, y.view], { op });
    return device.finish(name, [x, y], out, {});
  });
}

type CompareOpName = "equal" | "notEqual" | "less" | "lessEqual" | "greater" | "greaterEqual";

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
  return device.full([], value, { dtype: isFloat(dtype) || fits(value, dtype) ? dtype : widerFor(value) });
}

function fits(value: number, dtype: DType): boolean {
  return dtype === "int32" ? value === (value | 0) : value === (value & 0xff);
}

function widerFor(value: number): DType {
  return fits(value, "int32") ? "int32" : "float32";
}

/** The tensor's elements in a view of this shape, copied into a contiguous buffer only where no view can show them. */
export function viewedAs(x: Tensor, shape: Shape): Tensor {
  const layout = reshapeLayout(x.layout, shape);
  return layout ? x.device.viewOf(x, layout) : x.device.viewOf(copied(x), contiguousLayout(shape));
}

/** `x` itself where its elements follow one another, else a copy whose elements do. */
export function contiguous(x: Tensor): Tensor {
  return isContiguous(x.layout) ? x : copied(x);
}

/** The same elements in a new contiguous buffer. */
export function copied(x: Tensor): Tensor {
  const out = x.device.allocate(x.dtype, x.shape);
  x.device.run("copy", [out.view], [x.view], {});
  return out;
}

/** A tensor on the same elements, for ops that only change how they are looked at. */
export function viewed(x: Tensor, layout: Layout): Tensor {
  return x.device.viewOf(x, layout);
}
