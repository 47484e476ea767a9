import { holds } from "../../core/dtype.ts";
import { checkShape, formatShape, requireArray } from "../../core/shape.ts";
import { TensorError } from "../../errors.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkWhole } from "../../lowering/options.ts";
import type { Tensor } from "../../tensor.ts";

/** How many values are put before, after, and between neighbours along one axis. */
export type AxisPadding = readonly [before: number, after: number, between?: number];

/**
 * A border of one value around a tensor.
 *
 * ```ts
 * pad(device.tensor([[1, 2]]), [[0, 1], [1, 0]]); // [[0, 1, 2], [0, 0, 0]]
 * ```
 *
 * Any dtype. A third number puts values between neighbours too: that is how the gradient of a slice with a step, and
 * of a convolution with a stride, finds its places.
 *
 * @param padding `[before, after]` or `[before, after, between]` for each axis, whole numbers from 0 up
 * @param value default: 0
 * @throws TensorError `value` for wrong counts or a value that the dtype does not hold, `size-overflow`
 * @see torch.nn.functional.pad, which starts at the last axis
 */
export function pad(x: Tensor, padding: readonly AxisPadding[], value: number = 0): Tensor {
  const device = deviceOf("pad", x);
  requireArray("pad", "padding", padding);
  if (padding.length !== x.rank) {
    throw new TensorError(
      "value",
      `pad: ${formatShape(x.shape)} has ${x.rank} axes, got padding for ${padding.length}. Give [before, after] for each axis.`,
    );
  }
  const counts = padding.map((given): [number, number, number] => {
    requireArray("pad", "the padding of an axis", given);
    const [before, after, between = 0] = given;
    for (const count of [before, after, between]) checkWhole("pad", "each count", count, 0);
    return [before, after, between];
  });
  if (!holds(x.dtype, value)) {
    throw new TensorError(
      "value",
      `pad: ${x.dtype} does not hold ${value}. Cast first, or pad with another value.`,
    );
  }
  const shape = x.shape.map((extent, axis) => {
    const [before, after, between] = counts[axis];
    return before + after + extent + Math.max(extent - 1, 0) * between;
  });
  checkShape("pad", shape);
  const out = device.allocate("pad", x.dtype, shape);
  const { buffer, strides } = out.view;
  device.run("fill", [out.view], [], { value });
  const inside = {
    buffer,
    offset: counts.reduce((sum, [before], axis) => sum + before * strides[axis], 0),
    shape: x.shape,
    strides: strides.map((stride, axis) => stride * (1 + counts[axis][2])),
  };
  if (x.size > 0) device.run("copy", [inside], [x.view], {});
  return device.finish("pad", [x], out, { padding: counts, value });
}
