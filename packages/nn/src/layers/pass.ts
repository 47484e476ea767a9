import { assign, custom, type Tensor } from "@gradwerk/tensor";

/** One way of a batch through a network, as layers see it. */
export interface Pass {
  /** Whether the network learns from this batch: dropout drops, batch norm looks at the batch. */
  readonly training: boolean;
  /**
   * Gives a tensor of the parameters another value after the step: a running mean, the key of the next draw. Whoever
   * trains assigns it when gradients were taken and no tape records.
   */
  replace(target: Tensor, value: Tensor): void;
  /** The same pass for a part of a container. */
  at(path: string | number): Pass;
  /** Told by containers what each part gave; goes on with what comes back. */
  output(y: Tensor): Tensor;
}

/** What was seen at one place of a network. */
export interface Observed {
  /** What the layer gave: `[B, ...]`. */
  readonly activation: Tensor;
  /** The derivative of the loss by it, of the same shape; absent where no gradients were taken. */
  readonly gradient?: Tensor;
}

/** What a pass leaves behind. Holds tensors that are still to be freed. */
export interface PassRecord {
  readonly replacements: { readonly target: Tensor; readonly value: Tensor }[];
  /** By the path of the layer. */
  readonly observed: Record<string, Observed>;
}

/** How a pass begins. */
export interface PassOptions {
  readonly training: boolean;
  /** Paths of layers whose outputs and gradients are wanted, such as `2` or `0.1`; `"all"` for each. Default: none. */
  readonly observe?: readonly string[] | "all";
}

/**
 * Begins a pass and gives what it will have left behind. Gradients are there once they were taken: a pass may be the
 * `extra` of `valueAndGrad`.
 *
 * @example
 * const { pass, record } = beginPass({ training: true, observe: ["0"] });
 * model.apply(parameters, x, pass);
 * record.observed["0"].activation; // what the first layer gave
 */
export function beginPass({ training, observe = [] }: PassOptions): { pass: Pass; record: PassRecord } {
  const record: PassRecord = { replacements: [], observed: {} };
  const passAt = (path: string): Pass => ({
    training,
    replace: (target, value) => void record.replacements.push({ target, value }),
    at: (inner) => passAt(path === "" ? `${inner}` : `${path}.${inner}`),
    output: (y) => (observe === "all" || observe.includes(path) ? observed(record, path, y) : y),
  });
  return { pass: passAt(""), record };
}

/** Puts the values in place that layers asked for. */
export function applyReplacements(replacements: PassRecord["replacements"]): void {
  for (const { target, value } of replacements) assign(target, value);
}

// The layer's output passes an op that does nothing but tell what flows back through it.
function observed({ observed: seen }: PassRecord, path: string, y: Tensor): Tensor {
  const activation = y.stopGradient();
  seen[path] = { activation };
  return custom(
    [y],
    () => y.reshape(y.shape),
    (gradient) => {
      seen[path] = { activation, gradient };
      return [gradient];
    },
  );
}
