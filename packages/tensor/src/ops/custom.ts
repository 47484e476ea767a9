import { requireArray } from "../core/shape.ts";
import { TensorError } from "../errors.ts";
import { deviceOf } from "../lowering/device-of.ts";
import type { Tensor } from "../tensor.ts";

/** From the gradient by a custom op's output: the gradient by each of its inputs, `undefined` where there is none. */
export type CustomBackward = (g: Tensor) => readonly (Tensor | undefined)[];

/**
 * An op of your own with a gradient of your own: a tape sees the whole and not what `forward` is made of.
 *
 * ```ts
 * // passes on what it gets, and turns the gradient around
 * custom([device.tensor([1, 2])], () => device.tensor([1, 2]), (g) => [g.neg()]); // [1, 2]
 * ```
 *
 * @param inputs what the result depends on
 * @param forward computes the result, one tensor that is none of the inputs
 * @param backward made of ops, so that it can be differentiated again
 * @throws TensorError `value` for no inputs or a result that is one of them
 * @see jax.custom_vjp, torch.autograd.Function
 */
export function custom(inputs: readonly Tensor[], forward: () => Tensor, backward: CustomBackward): Tensor {
  requireArray("custom", "the inputs", inputs);
  const [first, ...others] = inputs;
  if (first === undefined) throw new TensorError("value", "custom: needs at least one input, got none.");
  const device = deviceOf("custom", first, ...others);
  const output = device.unrecorded(forward);
  deviceOf("custom", first, output);
  if (inputs.includes(output)) {
    throw new TensorError(
      "value",
      "custom: the result is one of the inputs. Return a tensor of its own, such as x.reshape(x.shape).",
    );
  }
  return device.finish("custom", inputs, output, { backward });
}
