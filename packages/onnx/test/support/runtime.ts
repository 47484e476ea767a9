import { InferenceSession, Tensor } from "onnxruntime-node";

/** Numbers and their shape, as they came out. */
export interface Result {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** Runs a file in onnxruntime, the reference: one input, its first output. */
export async function inRuntime(
  file: Uint8Array,
  values: Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array,
  shape: readonly number[],
): Promise<Result> {
  const session = await InferenceSession.create(file, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  try {
    const [input] = session.inputNames;
    const [output] = session.outputNames;
    const results = await session.run({ [input]: tensorOf(values, shape) });
    const { data, dims } = results[output];
    return { shape: dims, values: Array.from(data as ArrayLike<number | bigint>, Number) };
  } finally {
    await session.release();
  }
}

function tensorOf(
  values: Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array,
  shape: readonly number[],
): Tensor {
  if (values instanceof Float32Array) return new Tensor("float32", values, shape);
  if (values instanceof Float64Array) return new Tensor("float64", values, shape);
  if (values instanceof Int32Array) return new Tensor("int32", values, shape);
  if (values instanceof BigInt64Array) return new Tensor("int64", values, shape);
  return new Tensor("uint8", values, shape);
}
