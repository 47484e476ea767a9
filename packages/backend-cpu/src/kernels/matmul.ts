import type { Kernels } from "@gradwerk/tensor/backend";
import { arrayOf } from "../buffer.ts";

/** `out[b] = A[b] B[b]`, each element one dot product of a row and a column, summed in float64 from first to last. */
export const matmul: Kernels["matmul"] = ([out], [a, b], { transposeA, transposeB, accumulate }) => {
  const to = arrayOf(out);
  const left = arrayOf(a);
  const right = arrayOf(b);
  const [batch, m, n] = out.shape;
  const k = transposeA ? a.shape[1] : a.shape[2];
  // How far one step along m, k or n leads in each operand.
  const [aM, aK] = transposeA ? [a.strides[2], a.strides[1]] : [a.strides[1], a.strides[2]];
  const [bK, bN] = transposeB ? [b.strides[2], b.strides[1]] : [b.strides[1], b.strides[2]];
  for (let matrix = 0; matrix < batch; matrix++) {
    for (let row = 0; row < m; row++) {
      for (let column = 0; column < n; column++) {
        const target = out.offset + (matrix * m + row) * n + column;
        const i = a.offset + matrix * a.strides[0] + row * aM;
        const j = b.offset + matrix * b.strides[0] + column * bN;
        let sum = accumulate ? to[target] : 0;
        for (let step = 0; step < k; step++) sum += left[i + step * aK] * right[j + step * bK];
        to[target] = sum;
      }
    }
  }
};
