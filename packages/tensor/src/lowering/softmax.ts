import { requireFloat } from "../core/dtype.ts";
import { normalizeAxis, sizeOf } from "../core/shape.ts";
import type { Device } from "../device.ts";
import { div } from "../ops/arithmetic/div.ts";
import { exp } from "../ops/arithmetic/exp.ts";
import { log } from "../ops/arithmetic/log.ts";
import { sub } from "../ops/arithmetic/sub.ts";
import { max } from "../ops/reduction/max.ts";
import { sum } from "../ops/reduction/sum.ts";
import { transpose } from "../ops/shape/transpose.ts";
import type { Tensor } from "../tensor.ts";
import { contiguous } from "./views.ts";

/** `softmax` or `logSoftmax` along an axis, by the fused kernel or by its decomposition. */
export function softmaxOver(
  op: "softmax" | "logSoftmax",
  device: Device,
  x: Tensor,
  axisGiven: number,
): Tensor {
  requireFloat(op, x.dtype);
  const axis = normalizeAxis(op, axisGiven, x.shape);
  const logarithm = op === "logSoftmax";
  return device.asOne(op, [x], { axis }, () => {
    if (x.size === 0) return device.allocate(op, x.dtype, x.shape);
    if (!device.brings("softmax")) return decomposed(x, axis, logarithm);
    const ordered = contiguous(transpose(x, axis, -1));
    const out = device.allocate(op, x.dtype, ordered.shape);
    const [rows, length] = [sizeOf(ordered.shape.slice(0, -1)), x.shape[axis]];
    const flat = { offset: 0, shape: [rows, length], strides: [length, 1] };
    device.runFused(
      "softmax",
      [{ ...flat, buffer: out.view.buffer }],
      [{ ...flat, buffer: ordered.view.buffer, offset: ordered.view.offset }],
      { logarithm },
    );
    return transpose(out, axis, -1);
  });
}

// With the largest subtracted: e^(x - m) / sum, or x - m - ln(sum).
function decomposed(x: Tensor, axis: number, logarithm: boolean): Tensor {
  const options = { axes: axis, keepDims: true };
  const shifted = sub(x, max(x, options));
  const powers = exp(shifted);
  const total = sum(powers, options);
  return logarithm ? sub(shifted, log(total)) : div(powers, total);
}
