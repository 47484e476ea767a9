import { promote, requireFloat } from "../../core/dtype.ts";
import { broadcastShapes, checkShape, type Shape, sizeOf } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkForm } from "../../lowering/fit.ts";
import { asMatrices, checkInnerSizes } from "../../lowering/matrices.ts";
import { broughtTo } from "../../lowering/operands.ts";
import type { Tensor } from "../../tensor.ts";
import { reshape } from "../shape/reshape.ts";

/**
 * The matrix product over the last two axes; leading axes broadcast.
 *
 * ```ts
 * // [B, 784] x [784, 10] -> [B, 10]
 * images.matmul(weights);
 * ```
 *
 * `[..., m, k] x [..., k, n] -> [..., m, n]`, float32 and float64. Both need two axes or more; a transposed operand
 * costs nothing, but for a batch of them before a single matrix, which is copied.
 *
 * @throws TensorError `shape` when the inner sizes differ or an operand has fewer than two axes, `dtype`,
 * `device-mismatch`, `use-after-free`
 * @see torch.matmul
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const device = deviceOf("matmul", a, b);
  const batch = checkMatmul(a, b);
  const dtype = promote(a.dtype, b.dtype);
  requireFloat("matmul", dtype);
  const [m, k] = a.shape.slice(-2);
  const n = b.shape[b.rank - 1];
  if (a.rank > 2 && b.rank === 2) {
    // One product of all rows instead of one per matrix.
    checkShape("matmul", [...batch, m, n]);
    return device.scope(() => reshape(matmul(reshape(a, [sizeOf(batch) * m, k]), b), [...batch, m, n]));
  }
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

function checkMatmul(a: Tensor, b: Tensor): Shape {
  const fits = a.rank >= 2 && b.rank >= 2;
  checkForm("matmul", fits, "two axes or more on both sides (a vector is [1, n] or [n, 1])", a, b);
  checkInnerSizes("matmul", a.shape, b.shape);
  return broadcastShapes("matmul", a.shape.slice(0, -2), b.shape.slice(0, -2));
}
