import type { Tensor } from "@gradwerk/tensor";
import type { Layer } from "./layer.ts";

/** A layer without parameters. */
export type NoParameters = readonly [];

/** `1 / (1 + e^-x)` on every unit. */
export const sigmoidLayer: Layer<NoParameters> = activation("sigmoid", (x) => x.sigmoid());

/** `max(x, 0)` on every unit. */
export const reluLayer: Layer<NoParameters> = activation("relu", (x) => x.relu());

/** `tanh x` on every unit. */
export const tanhLayer: Layer<NoParameters> = activation("tanh", (x) => x.tanh());

function activation(name: string, apply: (x: Tensor) => Tensor): Layer<NoParameters> {
  return { name, outputShape: (input) => input, initialize: () => [], apply: (_, x) => apply(x) };
}
