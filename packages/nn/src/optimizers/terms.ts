import type { Tensor } from "@gradwerk/tensor";

/** A gradient with weight decay in it: `g + weightDecay w`. */
export function decayed(gradient: Tensor, weight: Tensor, weightDecay: number): Tensor {
  return weightDecay === 0 ? gradient : gradient.add(weight.mul(weightDecay));
}

/** A running mean after one more value: `share before + (1 - share) value`. */
export function mixed(before: Tensor, value: Tensor, share: number): Tensor {
  return before.mul(share).add(value.mul(1 - share));
}
