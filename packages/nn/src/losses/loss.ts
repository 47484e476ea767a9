import type { Tensor } from "@gradwerk/tensor";

/**
 * One number for a batch, the mean over its samples: from the network's outputs `[B, ...]` and what they are compared
 * with, such as classes, int32 `[B]`, or wanted outputs, `[B, ...]`.
 */
export type Loss = (outputs: Tensor, targets: Tensor) => Tensor;
