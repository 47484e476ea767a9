import { parametersOf } from "@gradwerk/nn";
import type { Device, Tensor } from "@gradwerk/tensor";
import type { Backend } from "@gradwerk/tensor/backend";
import { type Captured, type CapturedProgram, capture } from "@gradwerk/tensor/capture";
import { type FloatDType, failed, type Verdict } from "../conformance-case.ts";
import { deviceOn } from "../devices.ts";
import { fusedInputs } from "../fused/fused-case.ts";
import { compareAll, exactly, largestSize, roundoff } from "../tolerance.ts";
import type { PreparedStep, StepCase } from "./steps.ts";

/** Numbers, and what they are. */
interface Outcome {
  readonly what: string;
  readonly values: Float64Array;
}

/**
 * A step captured against the same step run eagerly, both on this backend: every result and all state after every call,
 * and that it was traced once per shape and replayed. Where the backend compiles, its program is what runs.
 */
export async function checkStep(test: StepCase, dtype: FloatDType, backend: Backend): Promise<Verdict> {
  const { times = 1, sparse = false, programs = 1 } = test;
  const expected = await outcomesOf(test, dtype, backend, (_, { step }) => ({
    run: (...args) => {
      let result: unknown;
      for (let time = 0; time < times; time++) result = step(...args);
      return result;
    },
    end: () => {},
  }));
  let made: readonly CapturedProgram[] = [];
  const found = await outcomesOf(test, dtype, backend, (device, { step }) => {
    const captured: Captured<readonly Tensor[], unknown> = capture(device, step, {
      sparse: sparse ? "auto" : "never",
    });
    return {
      run: (...args) => (times === 1 ? captured(...args) : captured.repeat(times, ...args)),
      end: () => {
        made = captured.programs;
        captured.dispose();
      },
    };
  });
  const calls = made.reduce((sum, { replays }) => sum + replays, 0);
  const wanted = times * new Set(expected.map(({ what }) => what.split(",")[0])).size;
  if (made.length !== programs || calls !== wanted) {
    return failed(`${made.length} programs ran ${calls} times, instead of ${programs} ${wanted} times`);
  }
  return compareOutcomes(found, expected, dtype, sparse);
}

function compareOutcomes(
  found: readonly Outcome[],
  expected: readonly Outcome[],
  dtype: FloatDType,
  sparse: boolean,
): Verdict {
  let error = 0;
  for (const [i, { what, values }] of expected.entries()) {
    const allowed = sparse ? 64 * roundoff(dtype) * largestSize(values) : exactly;
    const deviation = compareAll(found[i].values, values, () => allowed);
    error = Math.max(error, deviation.error);
    if (deviation.reason !== undefined) return failed(`${what}: ${deviation.reason}`, error);
  }
  return { status: "pass", error };
}

function tensorsOf(result: unknown): Tensor[] {
  return result === undefined ? [] : parametersOf(result).map(({ tensor }) => tensor);
}

/** A way to call a step, and what to do when all calls are done. */
interface Runner {
  readonly run: (...args: readonly Tensor[]) => unknown;
  readonly end: () => void;
}

async function outcomesOf(
  { make }: StepCase,
  dtype: FloatDType,
  backend: Backend,
  runnerOf: (device: Device, prepared: PreparedStep) => Runner,
): Promise<Outcome[]> {
  const device = deviceOn(backend);
  using _scope = device.openScope();
  const prepared = make(fusedInputs(device, dtype));
  const { calls, state = [], before } = prepared;
  const { run, end } = runnerOf(device, prepared);
  const outcomes: Outcome[] = [];
  const note = async (what: string, tensors: Iterable<Tensor>): Promise<void> => {
    for (const [i, tensor] of [...tensors].entries()) {
      outcomes.push({ what: `${what} ${i}`, values: Float64Array.from(await tensor.data()) });
    }
  };
  try {
    for (const [i, args] of calls.entries()) {
      using _call = device.openScope();
      before?.(i);
      outcomes.push({ what: `call ${i}`, values: Float64Array.of() });
      await note(`call ${i}, result`, tensorsOf(run(...args)));
      await note(`call ${i}, state`, state);
    }
  } finally {
    end();
    for (const tensor of state) tensor.dispose();
  }
  return outcomes;
}
