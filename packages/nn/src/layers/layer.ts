import type { Device, DType, Tensor } from "@gradwerk/tensor";

/**
 * A layer is a plain value: what it computes, and how its parameters begin. The parameters themselves live outside,
 * in a tree that training passes around.
 */
export interface Layer<Parameters> {
  /** For messages and summaries: `dense 784 -> 10`. */
  readonly name: string;
  /** Fresh parameters. Layers of one network are initialised from the first to the last. */
  initialize(device: Device, dtype: DType): Parameters;
  /** The output for a batch: `[B, inputs]` -> `[B, outputs]`. */
  apply(parameters: Parameters, x: Tensor): Tensor;
}

/** The parameters of a layer type. */
export type ParametersOf<L> = L extends Layer<infer Parameters> ? Parameters : never;
