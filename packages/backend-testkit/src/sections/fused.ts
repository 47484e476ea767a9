import type { Tensor } from "@gradwerk/tensor";
import type { Backend, FusedKernels } from "@gradwerk/tensor/backend";
import {
  type ConformanceCase,
  type FloatDType,
  failed,
  passed,
  type Subject,
  skipped,
  type Verdict,
} from "../conformance-case.ts";
import { deviceWithoutFused, readingLater } from "../devices.ts";
import { checkChains } from "../fused/chain-check.ts";
import { type FusedCase, fusedInputs } from "../fused/fused-case.ts";
import { fusedCases, fusedNames } from "../fused/fused-cases.ts";
import { guardedDevice } from "../fused/guarded-device.ts";
import { createOracleBackend } from "../oracle/oracle-backend.ts";
import { compareAll, exactly, largestSize, roundoff } from "../tolerance.ts";

type FusedName = keyof FusedKernels;

/** Every fused kernel that the backend declares, against what it stands for: equal, and not by falling back to that. */
export function fusedSection(dtypes: readonly FloatDType[]): readonly ConformanceCase[] {
  return [
    {
      section: "fused",
      name: "declares only kernels of the seam",
      op: "fused",
      run: async ({ backend }) => {
        const unknown = Object.keys(backend.fused ?? {}).filter(
          (name) => !fusedNames.includes(name as FusedName),
        );
        return unknown.length === 0
          ? passed
          : failed(`${unknown.join(", ")}: no such fused kernel; there are ${fusedNames.join(", ")}`);
      },
    },
    ...fusedNames.flatMap((kernel) =>
      dtypes.map(
        (dtype): ConformanceCase => ({
          section: "fused",
          name: `${kernel} ${dtype}`,
          op: kernel,
          run: (subject) => checkKernel(kernel, dtype, subject),
        }),
      ),
    ),
  ];
}

async function checkKernel(kernel: FusedName, dtype: FloatDType, { backend }: Subject): Promise<Verdict> {
  const declared = Object.keys(backend.fused ?? {});
  if (declared.length === 0)
    return skipped("the backend declares no fused kernels: the core decomposes them");
  if (!declared.includes(kernel)) return skipped(`the backend declares no fused ${kernel}`);
  if (!backend.capabilities.dtypes.includes(dtype)) return skipped(`the backend declares no ${dtype}`);
  if (kernel === "elementwise") return checkChains(dtype, backend);
  let error = 0;
  for (const test of fusedCases.filter((candidate) => candidate.kernel === kernel)) {
    const missing = test.needs?.find((name) => backend.fused?.[name] === undefined);
    if (missing !== undefined) return failed(`it needs ${missing}, which the backend does not declare`);
    const brought = (given: Backend): Backend => (test.unchecked ? readingLater(given) : given);
    const { device, calls, breach } = guardedDevice(brought(backend), [kernel, ...(test.needs ?? [])]);
    const found = await resultsOf(test, dtype, device);
    const broken = await breach();
    if (broken !== undefined) return failed(`${test.name}: ${broken}`);
    if (calls(kernel) === 0) return failed(`${test.name}: the fused kernel was not called`);
    const expected = await resultsOf(test, dtype, deviceWithoutFused(brought(createOracleBackend())));
    for (const [i, result] of found.entries()) {
      const deviation = compareResult(test, dtype, result, expected[i]);
      error = Math.max(error, deviation.error);
      if (deviation.reason !== undefined) {
        return failed(`${test.name}, result ${i}: ${deviation.reason}`, error);
      }
    }
  }
  return { status: "pass", error };
}

/** The numbers of every result, all tensors freed. */
async function resultsOf(
  { compute }: FusedCase,
  dtype: FloatDType,
  device: ReturnType<typeof deviceWithoutFused>,
): Promise<Float64Array[]> {
  using _scope = device.openScope();
  const results: readonly Tensor[] = compute(fusedInputs(device, dtype));
  // Awaited here: the scope ends with this function.
  return await Promise.all(results.map(async (result) => Float64Array.from(await result.data())));
}

// Sums may be taken in any order; what is subtracted on the way is of the size of the largest result.
function compareResult({ terms }: FusedCase, dtype: FloatDType, found: Float64Array, expected: Float64Array) {
  const scale = largestSize(expected);
  const allowed = 8 * (1 + Math.sqrt(terms)) * roundoff(dtype);
  return compareAll(found, expected, (i) =>
    terms === 0 ? exactly : allowed * (Math.abs(expected[i]) + scale) + Number.MIN_VALUE,
  );
}
