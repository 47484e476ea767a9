import { type Assignment, assignAll } from "./arrays.ts";
import type { Checkpoint } from "./checkpoint.ts";

/** Where a checkpoint goes. */
export interface RestoreTarget {
  readonly parameters: unknown;
  /** The optimiser's. Default: the checkpoint's is left out, as for a network that is only used. */
  readonly state?: unknown;
  /** Further trees, by the names with which they were saved. Default: the checkpoint's are left out. */
  readonly trees?: Readonly<Record<string, unknown>>;
}

/**
 * Writes a checkpoint into a model, and into the state of its optimiser, to the bit. Everything is checked before
 * anything is written.
 *
 * @throws NnError `checkpoint-mismatch` with what is missing, unexpected, or of another shape or dtype
 * @example
 * const state = optimizer.initialize(trainable(model, parameters));
 * restore(checkpoint, { parameters, state });
 * fit({ device, model, parameters, optimizer, state, startStep: checkpoint.step, ... });
 */
export function restore(checkpoint: Checkpoint, { parameters, state, trees = {} }: RestoreTarget): void {
  const assignments: Assignment[] = [{ prefix: "", tree: parameters, arrays: checkpoint.parameters }];
  if (state !== undefined) assignments.push({ prefix: "state.", tree: state, arrays: checkpoint.state });
  for (const [name, tree] of Object.entries(trees)) {
    assignments.push({ prefix: `${name}.`, tree, arrays: checkpoint.trees[name] ?? {} });
  }
  assignAll(assignments, { name: checkpoint.name });
}
