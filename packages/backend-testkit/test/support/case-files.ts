import type { PublishedOp, PublishedTrajectory } from "../../src/published/case-file.ts";

/** What JSON can hold; `undefined` leaves a field away. */
export type Json = unknown;

/** `[[1, 2], [3, 4]] [[5], [6]] = [[17], [39]]`, and with the cotangent `[[1], [10]]` the gradients `c b^T` and `a^T c`. */
export const matmulCase = {
  op: "matmul",
  params: {},
  inputs: [
    { shape: [2, 2], data: [1, 2, 3, 4] },
    { shape: [2, 1], data: [5, 6] },
  ],
  output: { shape: [2, 1], data: [17, 39] },
  cotangent: [1, 10],
  grads: [
    { shape: [2, 2], data: [5, 6, 50, 60] },
    { shape: [2, 1], data: [31, 42] },
  ],
} satisfies PublishedOp;

/** One weight, `w -= 0.5 * 2 A (A w - T)`: from 1 to `1 - 1 (1 - 0) = 0`, then to `0 - 2 (0 - 1) = 2`. */
export const sgdTrajectory: PublishedTrajectory = {
  optimizer: "sgd",
  params: { lr: 0.5 },
  w0: [1],
  A: [1, 2],
  T: [0, 1],
  shape: [2, 1, 1, 1],
  weights: [[0], [2]],
  lr: [0.5, 0.5],
};

export function caseFileText(content: { readonly cases?: Json; readonly optimizers?: Json }): string {
  return JSON.stringify({ format: "gradwerk-op-cases/1", source: "by hand", ...content });
}
