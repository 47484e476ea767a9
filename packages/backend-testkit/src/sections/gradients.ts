import { notDifferentiable, Tape } from "@gradwerk/nn";
import { type Device, type OpName, sizeOf, type Tensor } from "@gradwerk/tensor";
import {
  type ConformanceCase,
  type FloatDType,
  failed,
  type Subject,
  skipped,
  type Verdict,
} from "../conformance-case.ts";
import { deviceOn } from "../devices.ts";
import { type Given, type GradientCase, gradientCases } from "../gradients/cases.ts";
import { centralDifferences } from "../gradients/central-differences.ts";
import { createOracleBackend } from "../oracle/oracle-backend.ts";
import { randomElements } from "../samples.ts";
import { compareAll, largestSize } from "../tolerance.ts";

/** How far a gradient may be off, relative to its size: rounding in float32, the differences' own error in float64. */
const allowed: Readonly<Record<FloatDType, { readonly first: number; readonly second: number }>> = {
  float32: { first: 1e-4, second: 1e-3 },
  float64: { first: 1e-7, second: 1e-6 },
};

/** Every rule of the gradient table through this backend, against differences measured on the oracle. */
export function gradientSection(dtypes: readonly FloatDType[]): readonly ConformanceCase[] {
  const all = Object.entries(gradientCases).flatMap(([op, cases]) =>
    cases === notDifferentiable
      ? []
      : (cases as readonly GradientCase[]).map((test) => ({ op: op as OpName, test })),
  );
  return dtypes.flatMap((dtype) =>
    all.flatMap(({ op, test }) =>
      (["first", "second"] as const).map(
        (order): ConformanceCase => ({
          section: "gradients",
          name: [op, test.name, `${order} order`, dtype].filter((part) => part !== "").join(" "),
          op,
          run: (subject) => checkGradient(test, dtype, order, subject),
        }),
      ),
    ),
  );
}

async function checkGradient(
  test: GradientCase,
  dtype: FloatDType,
  order: "first" | "second",
  { backend }: Subject,
): Promise<Verdict> {
  if (!backend.capabilities.dtypes.includes(dtype)) return skipped(`the backend declares no ${dtype}`);
  const inputs = inputsOf(test, dtype);
  const compute = order === "first" ? weighed(test) : squaredSlopes(test);
  const oracle = deviceOn(createOracleBackend());
  const expected = centralDifferences(inputs, (shifted) => {
    using _scope = oracle.openScope();
    return compute(given(oracle, "float64"), tensorsOf(oracle, "float64", test, shifted)).dataSync()[0];
  });
  const device = deviceOn(backend);
  using _scope = device.openScope();
  const tensors = tensorsOf(device, dtype, test, inputs);
  const tape = new Tape(tensors);
  const result = device.recordWith(tape, () => compute(given(device, dtype), tensors));
  const gradients = tape.gradientsOf(result);
  let error = 0;
  for (const [i, tensor] of tensors.entries()) {
    const found = await gradients.get(tensor)?.data();
    const scale = Math.max(largestSize(expected[i]), 1);
    const deviation = compareAll(found ?? [], expected[i], () => allowed[dtype][order] * scale);
    error = Math.max(error, deviation.error);
    if (deviation.reason !== undefined) {
      return failed(`the gradient by input ${i}: ${deviation.reason}`, error);
    }
  }
  return { status: "pass", error };
}

type Compute = (given: Given, inputs: readonly Tensor[]) => Tensor;

/** The case's result as one number, its elements weighed unevenly: a gradient that lands in the wrong place shows. */
function weighed({ compute }: GradientCase): Compute {
  return (constants, inputs) => {
    const y = compute(constants, ...inputs);
    const weight = randomElements("float32", 11, [0.5, 1.5]);
    const weights = Array.from({ length: y.size }, (_, place) => weight(place));
    return y.mul(constants.device.tensor(weights, { shape: y.shape, dtype: y.dtype })).sum();
  };
}

/** The sum of the squares of the first-order gradients, whose own gradient is made of second derivatives. */
function squaredSlopes(test: GradientCase): Compute {
  return (constants, inputs) => {
    const tape = new Tape(inputs);
    const y = constants.device.recordWith(tape, () => weighed(test)(constants, inputs));
    const gradients = tape.gradientsOf(y);
    const squares = inputs.map((input) => (gradients.get(input) ?? input).square().sum());
    // Every input takes part a little, so that the result depends on it even where its gradient does not.
    return [...squares, ...inputs.map((input) => input.mul(0).sum())].reduce((a, b) => a.add(b));
  };
}

function inputsOf({ shapes, range = [-2, 2] }: GradientCase, dtype: FloatDType): Float64Array[] {
  return shapes.map((shape, i) => {
    // float32 inputs are exact on both sides; float64 ones have all their digits.
    const elements = randomElements(dtype, 70 + i, range);
    return Float64Array.from({ length: sizeOf(shape) }, (_, place) => elements(place));
  });
}

function tensorsOf(
  device: Device,
  dtype: FloatDType,
  { shapes }: GradientCase,
  inputs: readonly Float64Array[],
): Tensor[] {
  return inputs.map((values, i) => device.tensor(Array.from(values), { shape: shapes[i], dtype }));
}

function given(device: Device, dtype: FloatDType): Given {
  return {
    device,
    dtype,
    indices: (values, shape = [values.length]) => device.tensor([...values], { shape, dtype: "int32" }),
    mask: (values) => device.tensor([...values], { dtype: "uint8" }),
  };
}
