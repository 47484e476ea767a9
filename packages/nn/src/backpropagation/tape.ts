import { formatShape, type OpRecord, type Recorder, type Tensor } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";
import { type GradientRule, gradients, notDifferentiable } from "./gradients.ts";

/**
 * Remembers the ops that led from some tensors to a result, and walks back over them.
 *
 * It stands above the seam: ops tell it what they did, and no backend knows of it. Only ops that depend on a watched
 * tensor are kept.
 */
export class Tape implements Recorder {
  readonly #watched: ReadonlySet<Tensor>;
  // The watched tensors and all that was computed from them.
  readonly #active: Set<Tensor>;
  readonly #entries: OpRecord[] = [];

  constructor(watched: Iterable<Tensor>) {
    this.#watched = new Set(watched);
    this.#active = new Set(this.#watched);
  }

  record(entry: OpRecord): void {
    if (gradients[entry.op] === notDifferentiable) return;
    if (!entry.inputs.some((input) => this.#active.has(input))) return;
    this.#active.add(entry.output);
    this.#entries.push(entry);
  }

  /** Whether this tensor was computed from a watched one. */
  reaches(tensor: Tensor): boolean {
    return this.#active.has(tensor);
  }

  /**
   * The derivative of `result` by every watched tensor: zeros where the result does not depend on it.
   *
   * @param result a tensor with one element, or of any shape where a cotangent says how its elements are weighed
   * @param cotangent of the result's shape and dtype. Default: 1
   * @throws NnError `not-a-scalar`, `no-gradient` when the result depends on none of the watched tensors
   */
  gradientsOf(result: Tensor, cotangent?: Tensor): Map<Tensor, Tensor> {
    if (cotangent === undefined && result.size !== 1) {
      throw new NnError(
        "not-a-scalar",
        `gradient: the result must be one number, got ${formatShape(result.shape)}. Reduce it with sum or mean.`,
      );
    }
    if (!this.reaches(result)) {
      throw new NnError(
        "no-gradient",
        "gradient: the result does not depend on the parameters. Compute it from them with differentiable ops, " +
          "on tensors and not on values read back.",
      );
    }
    const totals = new Map<Tensor, Tensor>();
    totals.set(result, cotangent ?? result.device.ones(result.shape, { dtype: result.dtype }));
    for (const entry of this.#entries.toReversed()) {
      const g = totals.get(entry.output);
      if (g === undefined) continue;
      const needs = entry.inputs.map((input) => this.#active.has(input));
      for (const [i, contribution] of contributions(entry, g, needs).entries()) {
        if (contribution === undefined || !needs[i]) continue;
        // A tensor that was used several times gets the sum over its uses.
        const input = entry.inputs[i];
        const before = totals.get(input);
        totals.set(input, before === undefined ? contribution() : before.add(contribution()));
      }
    }
    const zeros = (tensor: Tensor): Tensor => tensor.device.zeros(tensor.shape, { dtype: tensor.dtype });
    return new Map([...this.#watched].map((tensor) => [tensor, totals.get(tensor) ?? zeros(tensor)]));
  }
}

// The table pairs each op with the rule for its inputs and attributes; TypeScript cannot follow the pairing here.
function contributions(
  entry: OpRecord,
  g: Tensor,
  needs: readonly boolean[],
): readonly ((() => Tensor) | undefined)[] {
  const rule = gradients[entry.op] as GradientRule<typeof entry.op>;
  return rule(g, entry.inputs as never, entry.output, entry.attributes as never, needs);
}
