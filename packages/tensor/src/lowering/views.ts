import type { View } from "../backend.ts";
import { contiguousLayout, isContiguous, type Layout, reshapeLayout } from "../core/layout.ts";
import { contiguousStrides, type Shape } from "../core/shape.ts";
import type { Tensor } from "../tensor.ts";

/** A tensor on the same elements, for ops that only change how they are looked at. */
export function viewed(x: Tensor, layout: Layout): Tensor {
  return x.device.viewOf(x, layout);
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
  const out = x.device.allocate("copy", x.dtype, x.shape);
  x.device.run("copy", [out.view], [x.view], {});
  return out;
}

/** A contiguous tensor's elements as a kernel is to see them: in another shape of the same size. */
export function flattened(x: Tensor, shape: Shape): View {
  return { ...x.view, shape, strides: contiguousStrides(shape) };
}
