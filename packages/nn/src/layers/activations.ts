import { elu, gelu, leakyRelu, silu, sizeOf, softplus, type Tensor } from "@gradwerk/tensor";
import type { Layer } from "./layer.ts";

/** A layer without parameters. */
export type NoParameters = readonly [];

/** `1 / (1 + e^-x)` on every unit. */
export const sigmoidLayer: Layer<NoParameters> = activation("sigmoid", (x) => x.sigmoid());

/** `max(x, 0)` on every unit. */
export const reluLayer: Layer<NoParameters> = activation("relu", (x) => x.relu());

/** `tanh x` on every unit. */
export const tanhLayer: Layer<NoParameters> = activation("tanh", (x) => x.tanh());

/** `x P(x)` on every unit, P the normal distribution's integral. */
export const geluLayer: Layer<NoParameters> = activation("gelu", (x) => gelu(x));

/** `x / (1 + e^-x)` on every unit. */
export const siluLayer: Layer<NoParameters> = activation("silu", (x) => silu(x));

/** `ln(1 + e^x)` on every unit. */
export const softplusLayer: Layer<NoParameters> = activation("softplus", (x) => softplus(x));

/** `e^x` over its sum along the last axis: probabilities. Losses on logits do without. */
export const softmaxLayer: Layer<NoParameters> = activation("softmax", (x) => x.softmax());

/** `x` above 0, `slope x` below. Default: 0.01. */
export function leakyReluLayer(slope: number = 0.01): Layer<NoParameters> {
  return activation("leakyRelu", (x) => leakyRelu(x, slope));
}

/** `x` above 0, `alpha (e^x - 1)` below. Default: 1. */
export function eluLayer(alpha: number = 1): Layer<NoParameters> {
  return activation("elu", (x) => elu(x, alpha));
}

function activation(name: string, apply: (x: Tensor) => Tensor): Layer<NoParameters> {
  return {
    name,
    outputShape: (input) => input,
    initialize: () => [],
    apply: (_, x) => apply(x),
    flops: sizeOf,
  };
}
