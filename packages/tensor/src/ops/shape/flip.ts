import { normalizeAxes } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { viewed } from "../../lowering/views.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * The elements in reverse order along the named axes, or along all. No element is copied.
 *
 * ```ts
 * flip(device.tensor([1, 2, 3])); // [3, 2, 1]
 * ```
 *
 * @throws TensorError `axis`
 * @see torch.flip
 */
export function flip(x: Tensor, axes?: number | readonly number[]): Tensor {
  const device = deviceOf("flip", x);
  const turned = normalizeAxes("flip", axes, x.shape);
  const { shape } = x.layout;
  let { offset } = x.layout;
  const strides = [...x.layout.strides];
  for (const axis of turned) {
    // The first element is the one that was the last.
    offset += Math.max(shape[axis] - 1, 0) * strides[axis];
    strides[axis] = -strides[axis];
  }
  return device.finish("flip", [x], viewed(x, { offset, shape, strides }), { axes: turned });
}
