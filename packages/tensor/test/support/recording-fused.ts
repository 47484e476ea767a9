import { createCpuBackend } from "@gradwerk/backend-cpu";
import type { FusedKernels, View } from "@gradwerk/tensor/backend";

/** A call of a fused kernel as tests look at it. */
export interface RecordedCall {
  readonly kernel: keyof FusedKernels;
  /** The shapes of the destinations. */
  readonly out: readonly (readonly number[])[];
  /** The shapes of the inputs. */
  readonly inputs: readonly (readonly number[])[];
  /** The elements of the inputs, row-major. */
  readonly values: readonly (readonly number[])[];
  readonly attributes: object;
}

/**
 * Fused kernels that write down how they were called and fill their first destination with 42, the second with 43 and
 * so on, int32 ones with 0: where these numbers come out, the kernel was used.
 */
export function recordingFused(...names: readonly (keyof FusedKernels)[]): {
  readonly fused: FusedKernels;
  readonly calls: RecordedCall[];
} {
  const { kernels, readSync } = createCpuBackend();
  const calls: RecordedCall[] = [];
  const elementsOf = ({ buffer, offset, shape }: View): number[] =>
    Array.from(
      readSync?.(
        buffer,
        offset,
        shape.reduce((a, b) => a * b, 1),
      ) ?? [],
    );
  const recording =
    (kernel: keyof FusedKernels) =>
    (out: readonly View[], inputs: readonly View[], attributes: object): void => {
      const shapes = (views: readonly View[]): (readonly number[])[] => views.map(({ shape }) => shape);
      calls.push({
        kernel,
        out: shapes(out),
        inputs: shapes(inputs),
        values: inputs.map(elementsOf),
        attributes,
      });
      for (const [i, view] of out.entries()) {
        kernels.fill([view], [], { value: view.buffer.dtype === "int32" ? 0 : 42 + i });
      }
    };
  const fused: FusedKernels = Object.fromEntries(names.map((name) => [name, recording(name)]));
  return { fused, calls };
}
