import { promote, requireFloat } from "../../core/dtype.ts";
import { broadcastShapes, checkShape, formatShape, type Shape, sizeOf } from "../../core/shape.ts";
import { TensorError } from "../../errors.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { asMatrices } from "../../lowering/matrices.ts";
import { broughtTo } from "../../lowering/operands.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * The matrix product over the last two axes; leading axes broadcast.
 *
 * ```ts
 * // [B, 784] x [784, 10] -> [B, 10]
 * images.matmul(weights);
 * ```
 *
 * `[..., m, k] x [..., k, n] -> [..., m, n]`, float32 and float64. Both need two axes or more; a transposed operand
 * costs nothing.
 *
 * @throws TensorError `shape` when the inner sizes differ or an operand has fewer than two axes, `dtype`,
 * `device-mismatch`, `use-after-free`
 * @see torch.matmul
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const device = deviceOf("matmul", a, b);
  const batch = checkMatmul(a.shape, b.shape);
  const dtype = promote(a.dtype, b.dtype);
  requireFloat("matmul", dtype);
  const [m, k] = a.shape.slice(-2);
  const n = b.shape[b.rank - 1];
  for (const matrix of [
    [m, n],
    [m, k],
    [k, n],
  ]) {
    checkShape("matmul", [...batch, ...matrix]);
  }
  return device.scope(() => {
    const x = broughtTo(a, dtype, [...batch, m, k]);
    const y = broughtTo(b, dtype, [...batch, k, n]);
    const out = device.allocate("matmul", dtype, [...batch, m, n]);
    const left = asMatrices(x);
    const right = asMatrices(y);
    const count = sizeOf(batch);
    const flat = { buffer: out.view.buffer, offset: 0, shape: [count, m, n], strides: [m * n, n, 1] };
    device.run("matmul", [flat], [left.view, right.view], {
      transposeA: left.transposed,
      transposeB: right.transposed,
      accumulate: false,
    });
    return device.finish("matmul", [x, y], out, {});
  });
}

function checkMatmul(a: Shape, b: Shape): Shape {
  if (a.length < 2 || b.length < 2) {
    throw new TensorError(
      "shape",
      `matmul: needs two axes or more on both sides: ${formatShape(a)} x ${formatShape(b)}. Reshape a vector to [1, n] or [n, 1].`,
    );
  }
  const inner = a[a.length - 1];
  const rows = b[b.length - 2];
  if (inner !== rows) {
    throw new TensorError(
      "shape",
      `matmul: inner sizes differ: ${formatShape(a)} x ${formatShape(b)} (${inner} vs ${rows}). ` +
        "Transpose the second, or check the layer's input size.",
    );
  }
  return broadcastShapes("matmul", a.slice(0, -2), b.slice(0, -2));
}
