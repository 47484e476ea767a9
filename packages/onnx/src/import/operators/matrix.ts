import { add, linear, matmul, mul, reshape, type Tensor, transpose } from "@gradwerk/tensor";
import type { NodeCall, Operator } from "../node-call.ts";

/** Operators that multiply matrices. */
export const matrixOperators: Readonly<Record<string, Operator>> = {
  MatMul: { inputs: [2, 2], run: (call) => product(call.tensor(0), call.tensor(1)) },
  Gemm: { inputs: [2, 3], attributes: ["alpha", "beta", "transA", "transB"], run: gemmOf },
};

// A vector is a row on the left and a column on the right; its axis of 1 goes afterwards.
function product(a: Tensor, b: Tensor): Tensor {
  const left = a.rank === 1 ? reshape(a, [1, a.shape[0]]) : a;
  const right = b.rank === 1 ? reshape(b, [b.shape[0], 1]) : b;
  const y = matmul(left, right);
  const shape = [...y.shape];
  if (b.rank === 1) shape.splice(-1, 1);
  if (a.rank === 1) shape.splice(b.rank === 1 ? -1 : -2, 1);
  return shape.length === y.rank ? y : reshape(y, shape);
}

// alpha A B + beta C: what a dense layer is where both factors are 1 and C is one number per output.
function gemmOf(call: NodeCall): Tensor {
  const [a, b] = [call.tensor(0), call.tensor(1)];
  const [alpha, beta] = [call.number("alpha", 1), call.number("beta", 1)];
  const left = call.flag("transA", false) ? transpose(a) : a;
  const right = call.flag("transB", false) ? transpose(b) : b;
  const shift = call.has(2) && beta !== 0 ? call.tensor(2) : undefined;
  if (shift?.rank === 1 && shift.shape[0] === right.shape[1] && alpha === 1 && beta === 1) {
    return linear(left, right, shift);
  }
  const y = alpha === 1 ? matmul(left, right) : mul(matmul(left, right), alpha);
  if (shift === undefined) return y;
  return add(y, beta === 1 ? shift : mul(shift, beta));
}
