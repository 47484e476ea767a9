import type { TypedArray } from "@gradwerk/tensor/backend";
import type { CallGroup } from "../calls/call-group.ts";
import {
  type ConformanceCase,
  failed,
  passed,
  type Subject,
  skipped,
  type Verdict,
} from "../conformance-case.ts";
import { type KernelCall, runCall, type ViewSpec } from "../kernel-call.ts";
import { placesOf } from "../oracle/places.ts";
import { callGroups, missingDType, nameOf } from "./kernels.ts";

/**
 * What kernels must leave alone, on the calls of the section before: elements around and between those of the
 * output, and every input.
 */
export const guardCases: readonly ConformanceCase[] = callGroups.map((group) => ({
  section: "guards",
  name: nameOf(group),
  op: group.kernel,
  run: (subject) => checkGuards(group, subject),
}));

async function checkGuards(group: CallGroup, subject: Subject): Promise<Verdict> {
  const missing = missingDType(group, subject);
  if (missing !== undefined) return skipped(`the backend declares no ${missing}`);
  for (const [label, call] of group.calls()) {
    const breach = await findBreach(call, subject);
    if (breach !== undefined) return failed(`${nameOf(group)}, ${label}: ${breach}`);
  }
  return passed;
}

async function findBreach(call: KernelCall, { backend }: Subject): Promise<string | undefined> {
  const { out, inputs } = await runCall(backend, call);
  const isOutput = new Uint8Array(out.length);
  for (const place of placesOf(call.out)) isOutput[place] = 1;
  const canary = firstChange(call.out, out, (place) => isOutput[place] === 0);
  if (canary !== undefined) {
    return `element ${canary} of the output's buffer lies outside the view and was written to`;
  }
  for (const [i, input] of call.inputs.entries()) {
    // What lies on the output's buffer was looked at with it.
    if (input.content === call.out.content) continue;
    const changed = firstChange(input, inputs[i], () => true);
    if (changed !== undefined) return `element ${changed} of the buffer of input ${i} was changed`;
  }
  return undefined;
}

// The first place that counts at which a buffer does not hold what it was filled with.
function firstChange(
  { content }: ViewSpec,
  found: TypedArray,
  counts: (place: number) => boolean,
): number | undefined {
  for (let place = 0; place < content.length; place++) {
    if (counts(place) && !Object.is(found[place], content[place])) return place;
  }
  return undefined;
}
