import type { Device, DType, Shape, Tensor } from "@gradwerk/tensor";
import type { Start } from "./initializers.ts";
import type { Pass } from "./pass.ts";
import type { PyTorchForm } from "./py-torch-form.ts";

/**
 * A layer is a plain value: what it computes, and how its parameters begin. The parameters themselves live outside,
 * in a tree that training passes around; what a layer counts or averages while it trains is in the same tree.
 *
 * @example
 * // A layer of one's own: each input times a number that is learned.
 * const gain: Layer<{ factor: Tensor }> = {
 *   name: "gain",
 *   outputShape: (input) => input,
 *   initialize: (device, dtype) => ({ factor: device.ones([], { dtype }) }),
 *   apply: ({ factor }, x) => x.mul(factor),
 * };
 */
export interface Layer<Parameters> {
  /** For messages and summaries: `dense 784 -> 10`. */
  readonly name: string;
  /**
   * The shape of what comes out for one sample, without the axis of the batch.
   *
   * @throws NnError `layer-shape` where samples of this shape do not fit
   */
  outputShape(input: Shape): Shape;
  /**
   * Fresh parameters. Layers of one network are initialised from the first to the last.
   *
   * @param start the shape of one sample, for layers that were not told their sizes, and where random numbers come from
   */
  initialize(device: Device, dtype: DType, start?: Start): Parameters;
  /**
   * The output for a batch: `[B, ...input]` -> `[B, ...output]`.
   *
   * @param pass what the batch is for. Default: to know the outputs; nothing is learned
   */
  apply(parameters: Parameters, x: Tensor, pass?: Pass): Tensor;
  /**
   * Whether gradients change the parameter at a path. Default: all floats; false for what a layer keeps for itself, such
   * as running means.
   */
  isTrainable?(path: string): boolean;
  /** What a container is made of, and where the parameters of each part are. */
  readonly parts?: readonly LayerPart[];
  /** How PyTorch calls and lays out the layer's parameters. Default: as they are here. */
  readonly pyTorch?: PyTorchForm;
  /** Floating-point operations of the forward pass of one sample; a multiply-add is two. Default: 0. */
  flops?(input: Shape): number;
}

/** One layer inside another. */
export interface LayerPart {
  readonly path: string;
  readonly layer: Layer<unknown>;
  /** The shape of one sample that comes to it where `input` comes to the container. Default: that shape. */
  inputShape?(input: Shape): Shape;
}

/** The parameters of a layer type. */
export type ParametersOf<L> = L extends Layer<infer Parameters> ? Parameters : never;

/** Applies a part of a container, so that whoever observes the pass knows where it is. */
export function applyPart<Parameters>(
  layer: Layer<Parameters>,
  parameters: Parameters,
  x: Tensor,
  pass: Pass | undefined,
  path: string | number,
): Tensor {
  if (pass === undefined) return layer.apply(parameters, x);
  const inner = pass.at(path);
  return inner.output(layer.apply(parameters, x, inner));
}

/** The part of a container that a path leads to or into. */
export function partAt(parts: readonly LayerPart[], path: string): LayerPart | undefined {
  return parts.find((part) => path === part.path || path.startsWith(`${part.path}.`));
}

/** Whether a path in a container's parameters belongs to what gradients change. */
export function isTrainableIn(parts: readonly LayerPart[], path: string): boolean {
  const part = partAt(parts, path);
  return part?.layer.isTrainable?.(path.slice(part.path.length + 1)) ?? true;
}
