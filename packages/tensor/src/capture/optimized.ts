import type { Device } from "../device.ts";
import { withActivationsFused } from "./passes/activations.ts";
import { withChainsFused } from "./passes/chains.ts";
import { withConstantsFolded } from "./passes/constants.ts";
import { withoutDeadCode } from "./passes/dead-code.ts";
import { withFreshState } from "./passes/fresh-state.ts";
import { withSparseInputs } from "./passes/sparse-inputs.ts";
import type { TracedProgram } from "./traced-program.ts";

/** What of a step may be changed on its way to a program. */
export interface CaptureOptions {
  /**
   * Whether layers that read rows of stored bytes take the way that reads only the nonzero ones. Default: `auto`, which
   * takes it where the backend brings it; a backend may still choose the dense way for dense data. Its sums are those of
   * the dense way up to rounding: `never` gives the bits of the step run eagerly.
   */
  readonly sparse?: "auto" | "never";
}

/**
 * The same program with less to do. All but the sparse ways give the same bits: what is left out is not read, what is
 * computed beforehand is computed by the same kernels, and what is fused is fused into kernels that promise the same.
 */
export function optimized(
  traced: TracedProgram,
  device: Device,
  { sparse = "auto" }: CaptureOptions,
): TracedProgram {
  let program = withFreshState(traced);
  program = withConstantsFolded(program, device.backend);
  program = withoutDeadCode(program);
  program = withActivationsFused(program);
  program = withSparseInputs(
    program,
    (name) => device.brings(name) && (sparse === "auto" || name === "gatherScaled"),
  );
  program = withoutDeadCode(program);
  return device.brings("elementwise") ? withChainsFused(program) : program;
}
