import { expandLayout } from "../../core/layout.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { scalarLike } from "../../lowering/operands.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * The rectifier: `max(x, 0)`, element by element. Its derivative at 0 is taken as 0.
 *
 * ```ts
 * relu(device.tensor([-1, 2])); // [0, 2]
 * ```
 *
 * Shape and dtype of the result are those of `x`; NaN stays NaN.
 *
 * @throws TensorError `use-after-free`
 * @see torch.relu
 */
export function relu(x: Tensor): Tensor {
  const device = deviceOf("relu", x);
  return device.scope(() => {
    const zero = scalarLike(device, 0, x.dtype);
    const zeros = { buffer: zero.view.buffer, ...expandLayout(zero.layout, x.shape) };
    const out = device.allocate("relu", x.dtype, x.shape);
    device.run("binary", [out.view], [x.view, zeros], { op: "maximum" });
    return device.finish("relu", [x], out, {});
  });
}
