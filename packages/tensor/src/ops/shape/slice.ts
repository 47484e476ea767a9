import { formatShape, normalizeAxis } from "../../core/shape.ts";
import { TensorError } from "../../errors.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkWhole } from "../../lowering/options.ts";
import { viewed } from "../../lowering/views.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * The elements from `start` up to, not including, `end` along one axis, every `step`-th of them. No element is copied.
 *
 * ```ts
 * slice(device.tensor([1, 2, 3, 4, 5]), 0, 1, 5, 2); // [2, 4]
 * ```
 *
 * @param step from 1 up; `flip` goes backwards. Default: 1
 * @throws TensorError `axis`; `value` when start and end do not lie in order within the axis
 * @see torch.narrow, and `x[start:end:step]` in Python
 */
export function slice(x: Tensor, axis: number, start: number, end: number, step: number = 1): Tensor {
  const device = deviceOf("slice", x);
  const along = normalizeAxis("slice", axis, x.shape);
  const extent = x.shape[along];
  if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end < start || end > extent) {
    throw new TensorError(
      "value",
      `slice: ${start}:${end} is not within axis ${axis} of ${formatShape(x.shape)}, which has ${extent} elements. ` +
        `Give whole numbers with 0 <= start <= end <= ${extent}.`,
    );
  }
  checkWhole("slice", "step", step, 1);
  const { offset, shape, strides } = x.layout;
  const out = viewed(x, {
    offset: offset + start * strides[along],
    shape: shape.with(along, Math.ceil((end - start) / step)),
    strides: strides.with(along, strides[along] * step),
  });
  return device.finish("slice", [x], out, { axis: along, start, end, step });
}
