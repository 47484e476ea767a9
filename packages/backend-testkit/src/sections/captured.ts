import type {
  AnyKernel,
  Backend,
  BackendBuffer,
  FusedKernels,
  ProgramBuffer,
  ProgramInput,
  TypedArray,
  View,
} from "@gradwerk/tensor/backend";
import {
  chainPlan,
  type OwnBuffer,
  type ProgramPlan,
  programOf,
  programPlans,
  readOnly,
} from "../captured/programs.ts";
import { checkStep } from "../captured/step-check.ts";
import { type StepCase, stepCases } from "../captured/steps.ts";
import { tracedPlan } from "../captured/traced.ts";
import { trainingStep } from "../captured/training-step.ts";
import {
  type ConformanceCase,
  type FloatDType,
  failed,
  type Subject,
  skipped,
  type Verdict,
} from "../conformance-case.ts";
import { shared } from "../devices.ts";
import { inPlaceChain } from "../fused/chain-cases.ts";
import { fusedInputs } from "../fused/fused-case.ts";
import { fusedCases, fusedNames } from "../fused/fused-cases.ts";
import { arrayOf, poisoned } from "../kernel-call.ts";
import { compareAll, largestSize, roundoff } from "../tolerance.ts";
import { margin } from "../views.ts";

/**
 * Programs that the backend compiles, against the same kernels one by one; and whole steps through `capture`, against the
 * same steps run eagerly. The latter run on every backend: one that compiles nothing is tried with the core's own way.
 */
export function capturedSection(dtypes: readonly FloatDType[]): readonly ConformanceCase[] {
  return dtypes.flatMap((dtype) => [
    ...programPlans(dtype).map((plan) => capturedCase(plan.name, dtype, async () => plan)),
    capturedCase("a training step of a convolutional network", dtype, ({ backend }) =>
      // Without fused kernels: required ones of every family meet.
      tracedPlan("training step", { ...shared(backend), fused: {} }, (device) => trainingStep(device, dtype)),
    ),
    ...fusedNames.map((kernel) =>
      capturedCase(`fused ${kernel}`, dtype, ({ backend }) => planWith(kernel, dtype, backend)),
    ),
    ...stepCases.map((test) => stepCase(test, dtype)),
  ]);
}

function stepCase(test: StepCase, dtype: FloatDType): ConformanceCase {
  return {
    section: "captured",
    name: `as run eagerly: ${test.name} ${dtype}`,
    op: "capture",
    run: async ({ backend }) =>
      backend.capabilities.dtypes.includes(dtype)
        ? checkStep(test, dtype, backend)
        : skipped(`the backend declares no ${dtype}`),
  };
}

type Plan = ProgramPlan | { readonly missing: string };

function capturedCase(
  name: string,
  dtype: FloatDType,
  planOf: (subject: Subject) => Promise<Plan>,
): ConformanceCase {
  return {
    section: "captured",
    name: `${name} ${dtype}`,
    op: "compile",
    run: async (subject) => {
      const { compile, capabilities } = subject.backend;
      if (compile === undefined) {
        return skipped("the backend declares no compile: the core runs programs kernel by kernel");
      }
      if (!capabilities.dtypes.includes(dtype)) return skipped(`the backend declares no ${dtype}`);
      const plan = await planOf(subject);
      return "missing" in plan ? skipped(plan.missing) : await checkProgram(plan, subject.backend);
    },
  };
}

// One of the cases that the fused kernel was tried on, as a program.
async function planWith(kernel: keyof FusedKernels, dtype: FloatDType, backend: Backend): Promise<Plan> {
  const cases = fusedCases.filter((test) => test.kernel === kernel && !test.unchecked);
  const test = cases[Math.floor(cases.length / 2)] ?? fusedCases.find((other) => other.kernel === kernel);
  const lacking = [kernel, ...(test?.needs ?? [])].find((needed) => backend.fused?.[needed] === undefined);
  if (lacking !== undefined) return { missing: `the backend declares no fused ${lacking}` };
  if (test === undefined) return chainPlan(inPlaceChain(dtype, [5, 7]));
  return tracedPlan(test.name, backend, (device) => test.compute(fusedInputs(device, dtype)));
}

/** How often each run goes through the steps. */
const times = [1, 2];
const rounds = 3;

async function checkProgram(plan: ProgramPlan, backend: Backend): Promise<Verdict> {
  const before = backend.memory();
  const expected = await onBuffers(backend, plan, (externals) => {
    for (const [run, count] of times.entries()) {
      refill(backend, plan, externals, run);
      for (let time = 0; time < count; time++) runKernelByKernel(backend, plan, externals);
    }
  });
  const found = await onBuffers(backend, plan, (externals) => {
    // The other half of what no step writes stays external.
    const inputs = readOnly(plan).filter((_, i) => i % 2 === 0);
    const buffers = externals.map((buffer, number): ProgramBuffer => {
      const { dtype, length } = buffer;
      return inputs.includes(number) ? { kind: "input", dtype, length } : { kind: "external", buffer };
    });
    const program = backend.compile?.(programOf(plan, buffers));
    for (const [run, count] of times.entries()) {
      refill(backend, plan, externals, run);
      const given = inputs.map((number) => elsewhere(backend, externals[number], run));
      program?.run(given, count);
      for (const { buffer } of given) backend.free(buffer);
    }
    program?.dispose();
  });
  const left = backend.memory().buffers - before.buffers;
  if (left !== 0) return failed(`${plan.name}: a program that was disposed of left ${left} buffers behind`);
  let error = 0;
  for (const [i, values] of found.entries()) {
    const allowed = 64 * rounds * roundoff(plan.externals[i].dtype) * largestSize(expected[i]);
    const deviation = compareAll(values, expected[i], () => allowed);
    error = Math.max(error, deviation.error);
    if (deviation.reason !== undefined) {
      return failed(`${plan.name}: outer buffer ${i} after ${rounds} runs: ${deviation.reason}`, error);
    }
  }
  return { status: "pass", error };
}

/** Before each run but the first, other numbers are written where no step writes, as a next batch is. */
function refill(backend: Backend, plan: ProgramPlan, buffers: readonly BackendBuffer[], run: number): void {
  if (run === 0) return;
  for (const number of readOnly(plan)) {
    const { dtype, values } = plan.externals[number];
    backend.write(buffers[number], 0, changed(dtype, values, run));
  }
}

/** The same content in another buffer, from another place on in each run, with poison around. */
function elsewhere(backend: Backend, buffer: BackendBuffer, run: number): ProgramInput {
  const { dtype, length } = buffer;
  const offset = 3 + run;
  const made = backend.alloc(dtype, offset + length + margin);
  backend.write(made, 0, poisoned(dtype, made.length));
  const part = { shape: [length], strides: [1] };
  backend.kernels.copy([{ buffer: made, offset, ...part }], [{ buffer, offset: 0, ...part }], {});
  return { buffer: made, offset };
}

// The same values in other places, so that indices stay indices; fractions become smaller too.
function changed(dtype: BackendBuffer["dtype"], values: TypedArray, run: number): TypedArray {
  const isFloat = dtype === "float32" || dtype === "float64";
  return arrayOf(
    dtype,
    Array.from(values, (_, i) => values[(i + run) % values.length] * (isFloat ? 1 - run / 8 : 1)),
  );
}

/** What the buffers from outside hold after `work`. */
async function onBuffers(
  backend: Backend,
  plan: ProgramPlan,
  work: (externals: readonly BackendBuffer[]) => void,
): Promise<TypedArray[]> {
  const externals = plan.externals.map(({ dtype, values }) => {
    const buffer = backend.alloc(dtype, values.length);
    backend.write(buffer, 0, values);
    return buffer;
  });
  try {
    work(externals);
    return await Promise.all(externals.map((buffer) => backend.read(buffer, 0, buffer.length)));
  } finally {
    for (const buffer of externals) backend.free(buffer);
  }
}

function runKernelByKernel(backend: Backend, plan: ProgramPlan, externals: readonly BackendBuffer[]): void {
  const own = plan.others.map((buffer) => allocated(backend, buffer));
  const buffers = [...externals, ...own];
  for (const { kernel, out, inputs, attributes } of plan.steps) {
    const placed = (views: readonly View<number>[]): View[] =>
      views.map((view) => ({ ...view, buffer: buffers[view.buffer] }));
    const run = (backend.kernels[kernel as keyof typeof backend.kernels] ??
      backend.fused?.[kernel as keyof FusedKernels]) as AnyKernel;
    run(placed(out), placed(inputs), attributes);
  }
  for (const buffer of own) backend.free(buffer);
}

function allocated(backend: Backend, buffer: OwnBuffer): BackendBuffer {
  if (buffer.kind === "temporary") return backend.alloc(buffer.dtype, buffer.length);
  const made = backend.alloc(buffer.dtype, buffer.values.length);
  backend.write(made, 0, buffer.values);
  return made;
}
