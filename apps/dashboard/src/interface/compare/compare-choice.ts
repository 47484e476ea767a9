import type { BackendChoice, BackendComparison } from "../../run/backend-comparison.ts";
import type { RunInfo } from "../../run/protocol.ts";
import type { KeyContext } from "../keys.ts";
import type { DashboardState } from "../state.ts";
import type { View } from "../view.ts";

type Part = View["compare"]["part"];

/** The part of a comparison that comes after each. */
export const afterPart: Readonly<Record<Part, Part>> = {
  distance: "losses",
  losses: "parameters",
  parameters: "distance",
};

/** The other side that the person chose; by default the other of Gradwerk's own backends, with the run's dtype. */
export function choiceOf({ compare }: Pick<View, "compare">, { backend }: RunInfo): BackendChoice {
  return {
    backend: backend.name === "cpu" ? "wasm" : "cpu",
    dtype: backend.dtype === "float64" ? "float64" : "float32",
    threads: null,
    ...compare.choice,
  };
}

/** Whether two backends are being compared now. */
export function isComparing({ inspected: { comparison } }: DashboardState): boolean {
  return comparison !== undefined && isUnderWay(comparison);
}

/** Whether a comparison goes on. */
export function isUnderWay({ status }: BackendComparison): boolean {
  return status === "preparing" || status === "training" || status === "measuring";
}

/** Changes the other side; a comparison that goes on begins anew with it. */
export function choose(
  { state, view, look, send }: KeyContext,
  change: (choice: BackendChoice) => Partial<BackendChoice>,
): void {
  if (state.info === undefined) return;
  const before = choiceOf(view, state.info);
  const choice = { ...before, ...change(before) };
  look(({ compare }) => ({ compare: { ...compare, choice } }));
  if (isComparing(state)) send({ type: "compare", other: choice });
}

/** `cpu float64`, `wasm float32, 2 threads` */
export function choiceWords({ backend, dtype, threads }: BackendChoice): string {
  return `${backend} ${dtype}${threads === null ? "" : `, ${threadWords(threads)}`}`;
}

/** `1 thread`, `2 threads` */
export function threadWords(threads: number): string {
  return `${threads} ${threads === 1 ? "thread" : "threads"}`;
}
