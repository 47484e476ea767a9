import { basename } from "node:path";
import { parametersOf, Tape, valueAndGrad } from "@gradwerk/nn";
import { type Device, mse, type Tensor } from "@gradwerk/tensor";
import {
  type ConformanceCase,
  type FloatDType,
  failed,
  type Subject,
  skipped,
  type Verdict,
} from "../conformance-case.ts";
import { deviceOn } from "../devices.ts";
import type { CaseFile, PublishedArray, PublishedOp, PublishedTrajectory } from "../published/case-file.ts";
import { publishedOps } from "../published/ops.ts";
import { publishedOptimizers, publishedSchedules } from "../published/optimizers.ts";
import { Parameters } from "../published/parameters.ts";
import { compareAll } from "../tolerance.ts";

/** How far a result may be from the published one, relative to the size of the numbers. */
const relativeTolerance: Readonly<Record<FloatDType, number>> = { float32: 1e-4, float64: 1e-9 };

/** Ops forward and backward, and optimiser trajectories, against numbers that others published. */
export function publishedSection(file: CaseFile, dtypes: readonly FloatDType[]): readonly ConformanceCase[] {
  return dtypes.flatMap((dtype) => [
    ...file.cases.map(
      (test, i): ConformanceCase => ({
        section: "published",
        name: `${test.op} ${i} of ${basename(file.name)} ${dtype}`,
        op: test.op,
        run: (subject) => onDevice(subject, dtype, (device) => checkOp(test, dtype, device)),
      }),
    ),
    ...file.optimizers.map(
      (test, i): ConformanceCase => ({
        section: "published",
        name: `${test.optimizer} trajectory ${i} of ${basename(file.name)} ${dtype}`,
        op: test.optimizer,
        run: (subject) => onDevice(subject, dtype, (device) => checkTrajectory(test, dtype, device)),
      }),
    ),
  ]);
}

async function onDevice(
  { backend }: Subject,
  dtype: FloatDType,
  check: (device: Device) => Promise<Verdict>,
): Promise<Verdict> {
  if (!backend.capabilities.dtypes.includes(dtype)) return skipped(`the backend declares no ${dtype}`);
  const device = deviceOn(backend);
  using _scope = device.openScope();
  // Awaited here: the scope ends with this function.
  return await check(device);
}

async function checkOp(test: PublishedOp, dtype: FloatDType, device: Device): Promise<Verdict> {
  const run = named(publishedOps, test.op);
  if (run === undefined) return unknown("op", test.op, publishedOps);
  const inputs = test.inputs.map(({ shape, data, int }) =>
    device.tensor([...data], { shape, dtype: int ? "int32" : dtype }),
  );
  const watched = inputs.filter((_, i) => test.grads[i] !== null);
  const tape = new Tape(watched);
  const output = device.recordWith(tape, () => run(inputs, new Parameters(test.params)));
  if (`${output.shape}` !== `${test.output.shape}`) {
    return failed(`the output has shape [${output.shape}] instead of [${test.output.shape}]`);
  }
  const comparisons: [string, Tensor, PublishedArray][] = [["the output", output, test.output]];
  if (watched.length > 0) {
    const cotangent = device.tensor([...(test.cotangent ?? [])], {
      shape: output.shape,
      dtype: output.dtype,
    });
    const gradients = tape.gradientsOf(output, cotangent);
    for (const [i, input] of inputs.entries()) {
      const expected = test.grads[i];
      if (expected === null) continue;
      const found = gradients.get(input);
      if (found === undefined) return failed(`there is no gradient by input ${i}`);
      comparisons.push([`the gradient by input ${i}`, found, expected]);
    }
  }
  return compared(dtype, comparisons);
}

async function checkTrajectory(
  test: PublishedTrajectory,
  dtype: FloatDType,
  device: Device,
): Promise<Verdict> {
  const [name, scheduleName] = test.optimizer.split("+");
  const make = named(publishedOptimizers, name);
  if (make === undefined) return unknown("optimiser", name, publishedOptimizers);
  const params = new Parameters(test.params);
  const rate = params.number(test.lr[0], "lr", "learningRate");
  const schedule = scheduleName === undefined ? undefined : named(publishedSchedules, scheduleName);
  if (scheduleName !== undefined && schedule === undefined) {
    return unknown("schedule", scheduleName, publishedSchedules);
  }
  const optimizer = make(schedule?.(rate, params) ?? rate, params);
  const [steps, batch, inputs, outputs] = test.shape;
  const weight = device.tensor([...test.w0], { shape: [inputs, outputs], dtype });
  const state = optimizer.initialize([weight]);
  const step = valueAndGrad(([w]: readonly Tensor[], x: Tensor, y: Tensor) => mse(x.matmul(w), y));
  const comparisons: [string, Tensor, PublishedArray][] = [];
  const rates: number[] = [];
  for (let t = 0; t < steps; t++) {
    const part = (values: readonly number[], width: number): Tensor =>
      device.tensor(values.slice(t * batch * width, (t + 1) * batch * width), {
        shape: [batch, width],
        dtype,
      });
    const { gradients } = step([weight], part(test.A, inputs), part(test.T, outputs));
    rates.push(optimizer.learningRateAt(t));
    optimizer.update([weight], gradients, state, device.full([], rates[t], { dtype }));
    const expected = { shape: [inputs, outputs], data: test.weights[t] };
    comparisons.push([`the weight after step ${t + 1}`, weight.cast(dtype), expected]);
  }
  for (const { tensor } of parametersOf(state)) tensor.dispose();
  const rateDeviation = compareAll(rates, test.lr, (i) => 1e-12 * Math.abs(test.lr[i]) + 1e-15);
  if (rateDeviation.reason !== undefined) return failed(`learning rates: ${rateDeviation.reason}`);
  return compared(dtype, comparisons);
}

// Names come from a file: `constructor` is none of ours.
function named<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function unknown(what: string, name: string, table: object): Verdict {
  return failed(`no ${what} is known under the name ${name}; there are ${Object.keys(table).join(", ")}`);
}

async function compared(
  dtype: FloatDType,
  comparisons: readonly [what: string, found: Tensor, expected: PublishedArray][],
): Promise<Verdict> {
  let error = 0;
  for (const [what, tensor, { data }] of comparisons) {
    const found = await tensor.data();
    // Beside large numbers small ones are wrong by the roundings of the large.
    const finite = data.filter(Number.isFinite);
    const typical = Math.sqrt(finite.reduce((sum, x) => sum + x * x, 0) / Math.max(finite.length, 1));
    const deviation = compareAll(
      found,
      data,
      (i) => relativeTolerance[dtype] * Math.max(Math.abs(data[i]), typical, Number.MIN_VALUE),
    );
    error = Math.max(error, deviation.error);
    if (deviation.reason !== undefined) return failed(`${what}: ${deviation.reason}`, error);
  }
  return { status: "pass", error };
}
