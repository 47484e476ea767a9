import type { Tensor } from "@gradwerk/tensor";
import { type ValueAndGradients, valueAndGrad } from "../backpropagation/value-and-grad.ts";
import type { Layer } from "../layers/layer.ts";
import { beginPass, type PassOptions, type PassRecord } from "../layers/pass.ts";
import type { Loss } from "../losses/loss.ts";
import { trainable } from "../parameters.ts";

/** What a batch told. */
export interface Lesson {
  /** What the network made of the batch: `[B, ...]`. */
  readonly outputs: Tensor;
  /** What layers want replaced, and what was observed. */
  readonly record: PassRecord;
}

/** The loss of a batch, its derivative by each trainable parameter, by path, and what else the batch told. */
export type LessonTaken = ValueAndGradients<Record<string, Tensor>, Lesson>;

/**
 * Forward and back: the function that a training step begins with. With an optimiser's `update` and
 * `applyReplacements` it is a whole step.
 *
 * @param observe see `beginPass`
 * @example
 * const lesson = lessonOf(model, parameters, crossEntropy);
 * const { value, gradients, extra } = lesson(x, labels);
 * optimizer.update(trainable(model, parameters), gradients, state, rate);
 * applyReplacements(extra.record.replacements);
 */
export function lessonOf<Parameters>(
  model: Layer<Parameters>,
  parameters: Parameters,
  loss: Loss,
  observe?: PassOptions["observe"],
): (x: Tensor, targets: Tensor) => LessonTaken {
  const learned = trainable(model, parameters);
  const lesson = valueAndGrad((_: Record<string, Tensor>, x: Tensor, targets: Tensor) => {
    const { pass, record } = beginPass({ training: true, observe });
    const outputs = pass.output(model.apply(parameters, x, pass));
    return [loss(outputs, targets), { outputs, record }] as const;
  });
  return (x, targets) => lesson(learned, x, targets);
}
