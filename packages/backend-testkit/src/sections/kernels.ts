import type { CallGroup } from "../calls/call-group.ts";
import { elementwiseGroups } from "../calls/elementwise.ts";
import { matmulGroups } from "../calls/matmul.ts";
import { reductionGroups } from "../calls/reductions.ts";
import { rowGroups } from "../calls/rows.ts";
import { type ConformanceCase, failed, type Subject, skipped, type Verdict } from "../conformance-case.ts";
import { type KernelCall, runCall } from "../kernel-call.ts";
import { createOracleBackend } from "../oracle/oracle-backend.ts";
import { elementsAt, placesOf } from "../oracle/places.ts";
import { compareAll } from "../tolerance.ts";

/** Every call that a required kernel is tried with. */
export const callGroups: readonly CallGroup[] = [
  ...elementwiseGroups,
  ...reductionGroups,
  ...matmulGroups,
  ...rowGroups,
];

/** Required kernels against the oracle: all ops, dtypes, sizes, layouts and corners. */
export const kernelCases: readonly ConformanceCase[] = callGroups.map((group) => ({
  section: "kernels",
  name: nameOf(group),
  op: group.kernel,
  run: (subject) => checkValues(group, subject),
}));

export function nameOf({ kernel, op, dtype }: CallGroup): string {
  return [kernel, op, dtype].filter((part) => part !== "").join(" ");
}

/** The dtype among those of a call that the backend does not have. */
export function missingDType(group: CallGroup, { backend }: Subject): string | undefined {
  const [first] = group.calls();
  const [, { out, inputs }] = first;
  return [out, ...inputs]
    .map((view) => view.dtype)
    .find((dtype) => !backend.capabilities.dtypes.includes(dtype));
}

const oracle = createOracleBackend();

async function checkValues(group: CallGroup, subject: Subject): Promise<Verdict> {
  const missing = missingDType(group, subject);
  if (missing !== undefined) return skipped(`the backend declares no ${missing}`);
  let error = 0;
  for (const [label, call] of group.calls()) {
    const places = placesOf(call.out);
    const [found, expected] = await Promise.all(
      [subject.backend, oracle].map(async (backend) => {
        const { out } = await runCall(backend, call);
        return elementsAt(out, places);
      }),
    );
    const allowed = group.allowed(call);
    const deviation = compareAll(found, expected, (i) => allowed(i, expected[i]), group.signedZeros);
    error = Math.max(error, deviation.error);
    if (deviation.reason !== undefined) {
      return failed(
        `${nameOf(group)}, ${label}: ${deviation.reason}${inputsAt(call, deviation.reason)}`,
        error,
      );
    }
  }
  return { status: "pass", error };
}

// For elementwise kernels: what the inputs were at the place that the reason names.
function inputsAt({ inputs, out }: KernelCall, reason: string): string {
  const [, place] = /^element (\d+) /.exec(reason) ?? [];
  if (place === undefined || inputs.length === 0 || inputs.some(({ shape }) => `${shape}` !== `${out.shape}`))
    return "";
  const values = inputs.map((input) => input.content[placesOf(input)[Number(place)]]);
  return ` for ${values.map((value) => (Object.is(value, -0) ? "-0" : value)).join(" and ")}`;
}
