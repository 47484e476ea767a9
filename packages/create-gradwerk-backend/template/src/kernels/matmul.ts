import type { Kernels } from "@gradwerk/tensor/backend";
import { valuesOf } from "../buffer.ts";

/**
 * `out[b] = A[b] B[b]`, or `out[b] += A[b] B[b]` with `accumulate`. Most of the time of a training run is spent here,
 * so this is the kernel to make fast first.
 *
 * What to keep while you do: rows may lie further apart than they are long (use the strides), the batch stride may be
 * 0 or negative, a product with `k = 0` writes zeros (or, with `accumulate`, adds them), and 0 times NaN is NaN, so
 * that zeros may not be skipped. The order of the sums depends on shapes only.
 */
export const matmul: Kernels["matmul"] = ([out], [a, b], { transposeA, transposeB, accumulate }) => {
  const target = valuesOf(out);
  const left = valuesOf(a);
  const right = valuesOf(b);
  const [batch, m, n] = out.shape;
  const k = a.shape[transposeA ? 1 : 2];
  // From here on A is [batch, m, k] and B [batch, k, n], however they are stored.
  const [aBatch, aRow, aColumn] = transposeA ? [a.strides[0], a.strides[2], a.strides[1]] : a.strides;
  const [bBatch, bRow, bColumn] = transposeB ? [b.strides[0], b.strides[2], b.strides[1]] : b.strides;
  for (let batchIndex = 0; batchIndex < batch; batchIndex += 1) {
    for (let row = 0; row < m; row += 1) {
      for (let column = 0; column < n; column += 1) {
        const aStart = a.offset + batchIndex * aBatch + row * aRow;
        const bStart = b.offset + batchIndex * bBatch + column * bColumn;
        const place = out.offset + (batchIndex * m + row) * n + column;
        // Fresh buffers hold arbitrary values, so `out` is read only where it is asked for.
        let sum = accumulate ? target[place] : 0;
        for (let inner = 0; inner < k; inner += 1) {
          sum += left[aStart + inner * aColumn] * right[bStart + inner * bRow];
        }
        target[place] = sum;
      }
    }
  }
};
