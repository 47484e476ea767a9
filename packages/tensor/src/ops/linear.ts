import { requireFloat } from "../core/dtype.ts";
import { expandLayout } from "../core/layout.ts";
import { formatShape } from "../core/shape.ts";
import type { Device } from "../device.ts";
import { TensorError } from "../errors.ts";
import { deviceOf } from "../lowering/device-of.ts";
import { asMatrices } from "../lowering/matrices.ts";
import { contiguous } from "../lowering/views.ts";
import type { Tensor } from "../tensor.ts";

/**
 * What a dense layer computes: `x w + b`.
 *
 * ```ts
 * // [B, 784] x [784, 10] + [10] -> [B, 10]
 * linear(images, weight, bias);
 * ```
 *
 * `x` is `[B, I]`, `weight` `[I, O]`, `bias` `[O]`; all float32 or all float64. A fused kernel: a backend that lacks
 * it gets the decomposition below.
 *
 * @throws TensorError `shape`, `dtype` (no promotion here: a layer has one dtype), `device-mismatch`, `use-after-free`
 * @see torch.nn.functional.linear, which stores weights as `[O, I]`
 */
export function linear(x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  const device = deviceOf("linear", x, weight, bias);
  checkLinear(x, weight, bias);
  return device.scope(() => {
    const out = device.allocate("linear", x.dtype, [x.shape[0], weight.shape[1]]);
    if (device.brings("linear")) {
      const inputs = [contiguous(x).view, contiguous(weight).view, contiguous(bias).view] as const;
      device.runFused("linear", [out.view], [...inputs], { activation: "none" });
    } else {
      decomposed(device, out, x, weight, bias);
    }
    return device.finish("linear", [x, weight, bias], out, {});
  });
}

// Each row of the result starts as the bias; the product is added to it.
function decomposed(device: Device, out: Tensor, x: Tensor, weight: Tensor, bias: Tensor): void {
  const rows = { buffer: bias.view.buffer, ...expandLayout(bias.layout, out.shape) };
  device.run("copy", [out.view], [rows], {});
  const left = asMatrices(x);
  const right = asMatrices(weight);
  const [m, n] = out.shape;
  const product = { buffer: out.view.buffer, offset: 0, shape: [1, m, n], strides: [m * n, n, 1] };
  device.run("matmul", [product], [left.view, right.view], {
    transposeA: left.transposed,
    transposeB: right.transposed,
    accumulate: true,
  });
}

function checkLinear(x: Tensor, weight: Tensor, bias: Tensor): void {
  requireFloat("linear", x.dtype);
  if (weight.dtype !== x.dtype || bias.dtype !== x.dtype) {
    throw new TensorError(
      "dtype",
      `linear: x is ${x.dtype}, weight ${weight.dtype}, bias ${bias.dtype}; all three must have one dtype. Cast x to the layer's.`,
    );
  }
  const shapes = `${formatShape(x.shape)} x ${formatShape(weight.shape)} + ${formatShape(bias.shape)}`;
  if (x.rank !== 2 || weight.rank !== 2 || bias.rank !== 1) {
    throw new TensorError(
      "shape",
      `linear: needs [B, I] x [I, O] + [O], got ${shapes}. Flatten x to two axes.`,
    );
  }
  if (x.shape[1] !== weight.shape[0]) {
    throw new TensorError(
      "shape",
      `linear: inner sizes differ: ${shapes} (${x.shape[1]} vs ${weight.shape[0]}). Check the layer's input size.`,
    );
  }
  if (weight.shape[1] !== bias.shape[0]) {
    throw new TensorError(
      "shape",
      `linear: the bias does not fit the weight: ${shapes} (${bias.shape[0]} vs ${weight.shape[1]} outputs). Give one bias per output.`,
    );
  }
}
