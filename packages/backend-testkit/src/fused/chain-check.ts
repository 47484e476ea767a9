import type { AnyKernel, Backend, ChainOperand, TypedArray, View } from "@gradwerk/tensor/backend";
import { type FloatDType, failed, type Verdict } from "../conformance-case.ts";
import { placesOn, poisoned, type ViewSpec } from "../kernel-call.ts";
import { compareAll, exactly } from "../tolerance.ts";
import { type ChainCase, chainCases } from "./chain-cases.ts";

/**
 * Chains in one call against their steps one by one on the same backend: the same bits in whole buffers, poison around
 * the views included.
 */
export async function checkChains(dtype: FloatDType, backend: Backend): Promise<Verdict> {
  for (const test of chainCases(dtype)) {
    const found = await outcomeOf(test, backend, fused);
    const expected = await outcomeOf(test, backend, stepByStep);
    for (const [i, { what, content }] of found.entries()) {
      const { reason } = compareAll(content, expected[i].content, () => exactly, true);
      if (reason !== undefined) return failed(`${test.name}, ${what}: ${reason}`);
    }
  }
  return { status: "pass", error: 0 };
}

type Run = (backend: Backend, test: ChainCase, out: readonly View[], inputs: readonly View[]) => void;

/** What every buffer holds afterwards. */
async function outcomeOf(
  test: ChainCase,
  backend: Backend,
  run: Run,
): Promise<{ what: string; content: TypedArray }[]> {
  const { viewOf, contentOf, free } = placesOn(backend);
  try {
    run(backend, test, test.outputs.map(viewOf), test.inputs.map(viewOf));
    const read = (kind: string, specs: readonly ViewSpec[]) =>
      specs.map(async (spec, i) => ({ what: `the buffer of ${kind} ${i}`, content: await contentOf(spec) }));
    // Awaited here: the buffers end with this function.
    return await Promise.all([...read("output", test.outputs), ...read("input", test.inputs)]);
  } finally {
    free();
  }
}

const fused: Run = (backend, { steps, temporaries }, out, inputs) =>
  backend.fused?.elementwise?.(out, inputs, { steps, temporaries });

const stepByStep: Run = (backend, { steps, temporaries }, out, inputs) => {
  const { viewOf, free } = placesOn(backend);
  const [{ shape }] = out;
  const size = shape.reduce((product, extent) => product * extent, 1);
  const strides = shape.map((_, axis) =>
    shape.slice(axis + 1).reduce((product, extent) => product * extent, 1),
  );
  const views = {
    input: inputs,
    output: out,
    temporary: temporaries.map((dtype) =>
      viewOf({ dtype, content: poisoned(dtype, size), offset: 0, shape, strides }),
    ),
  };
  const operand = ({ kind, index }: ChainOperand): View => views[kind][index];
  for (const step of steps) {
    const kernel = backend.kernels[step.kernel] as AnyKernel;
    kernel([operand(step.out)], step.inputs.map(operand), step.op === "" ? {} : { op: step.op });
  }
  free();
};
