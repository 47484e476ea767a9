import type { ReduceKernelOp } from "../backend.ts";
import { permuteLayout } from "../core/layout.ts";
import { formatShape, normalizeAxes, normalizeAxis, sizeOf } from "../core/shape.ts";
import { TensorError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { deviceOf } from "./device-of.ts";
import { viewed, viewedAs } from "./views.ts";

/** Which axes a reduction runs over, and what becomes of them. */
export interface ReduceOptions {
  /** One axis or several, from the front (0 up) or the end (-1 down). Default: all. */
  readonly axes?: number | readonly number[];
  /** Whether reduced axes stay with size 1. Default: false, they go. */
  readonly keepDims?: boolean;
}

/** Brings the axes into the form that the kernel takes, `[outer, axis, inner]`, and runs it. */
export function applyReduce(op: ReduceKernelOp, x: Tensor, options: ReduceOptions): Tensor {
  const device = deviceOf(op, x);
  const axes = normalizeAxes(op, options.axes, x.shape);
  const keepDims = options.keepDims ?? false;
  if ((op === "max" || op === "min") && axes.some((axis) => x.shape[axis] === 0)) {
    throw new TensorError(
      "shape",
      `${op}: ${formatShape(x.shape)} has nothing to choose from along axes [${axes.join(", ")}]. Leave empty tensors out.`,
    );
  }
  return device.scope(() => {
    const { view, outer, inner } = asOuterAxisInner(x, axes);
    const kept = x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
    const shape = keepDims ? kept : x.shape.filter((_, axis) => !axes.includes(axis));
    const out = device.allocate(op, x.dtype, shape);
    const flat = { buffer: out.view.buffer, offset: 0, shape: [outer, inner], strides: [inner, 1] };
    device.run("reduce", [flat], [view.view], { op });
    return device.finish(op, [x], out, { axes, keepDims });
  });
}

/** Runs a search for the position of an extreme along one axis; the result is int32 without that axis. */
export function applyArgReduce(op: "argmax" | "argmin", x: Tensor, axis: number): Tensor {
  const device = deviceOf(op, x);
  const along = normalizeAxis(op, axis, x.shape);
  if (x.shape[along] === 0) {
    throw new TensorError(
      "shape",
      `${op}: ${formatShape(x.shape)} has nothing to choose from along axis ${axis}. Leave empty tensors out.`,
    );
  }
  return device.scope(() => {
    const { view, outer, inner } = asOuterAxisInner(x, [along]);
    const out = device.allocate(op, "int32", x.shape.toSpliced(along, 1));
    const flat = { buffer: out.view.buffer, offset: 0, shape: [outer, inner], strides: [inner, 1] };
    device.run("argReduce", [flat], [view.view], { op: op === "argmax" ? "max" : "min" });
    return device.finish(op, [x], out, { axis: along });
  });
}

// The axes side by side in the middle; where others lie between them, they are moved to the end first.
function asOuterAxisInner(
  x: Tensor,
  axes: readonly number[],
): { view: Tensor; outer: number; inner: number } {
  const first = axes[0] ?? x.rank;
  const together = axes.every((axis, i) => axis === first + i);
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const ordered = together ? x : viewed(x, permuteLayout(x.layout, [...kept, ...axes]));
  const start = together ? first : kept.length;
  const outer = sizeOf(ordered.shape.slice(0, start));
  const middle = sizeOf(ordered.shape.slice(start, start + axes.length));
  const inner = sizeOf(ordered.shape.slice(start + axes.length));
  return { view: viewedAs(ordered, [outer, middle, inner]), outer, inner };
}
