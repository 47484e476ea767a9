import { type Network, NnError } from "@gradwerk/nn";
import { type Device, type DType, formatShape, type Shape, TensorError } from "@gradwerk/tensor";
import { OnnxError } from "../errors.ts";
import { limits } from "../format/limits.ts";
import { readModel } from "../format/read.ts";
import { imaginedDevice } from "../imagined-device.ts";
import { type Plan, planOf } from "./plan.ts";
import { type OnnxParameters, run } from "./run.ts";
import { dtypeFor } from "./values.ts";

/** What a file does not say by itself. */
export interface FromOnnxOptions {
  /** The shape of one sample. Default: what the file says; needed where it leaves more open than the batch. */
  readonly input?: Shape;
  /** Which output to compute. Default: the only one. */
  readonly output?: string;
}

/** A network that came from a file, and what the file says about it. */
export interface OnnxNetwork {
  /**
   * A layer like any other: `initialize` gives the weights of the file, `apply` runs its nodes, gradients and captures
   * go through it. Dropout drops nothing and batch normalisation keeps the file's statistics, also in training.
   */
  readonly model: Network<OnnxParameters>;
  /** The only batch that the file works with, where sizes were written into it. Default: any. */
  readonly batch: number | undefined;
  /** The version of ONNX's operators that the file uses. */
  readonly opset: number;
  readonly inputName: string;
  readonly outputName: string;
  /** The program that wrote the file. */
  readonly producer: string;
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Reads an ONNX file as a layer. Its float initializers become parameters under their names, so that it can be trained
 * on; whole numbers and `Constant` nodes stay constants. The first axis of input and output is that of the batch.
 *
 * Bytes may come from anywhere: everything is checked, and run once for its shapes alone, before memory is taken.
 *
 * @throws OnnxError, see its codes
 * @example
 * const { model } = fromOnnx(await readFile("model.onnx"));
 * const parameters = model.initialize(device, "float32");
 * const logits = model.apply(parameters, images);
 */
export function fromOnnx(bytes: Uint8Array, options: FromOnnxOptions = {}): OnnxNetwork {
  if (!(bytes instanceof Uint8Array)) {
    throw new OnnxError("option", "fromOnnx: needs the bytes of a file, a Uint8Array.");
  }
  const file = readModel(bytes);
  const plan = planOf(file, options.output);
  const input = options.input ?? sampleShape(plan);
  const { output, batch } = shapesOf(plan, input);
  return {
    model: networkOf(file.graph.name || "onnx", plan, input, output, batch),
    batch,
    opset: plan.opset,
    inputName: plan.input.name,
    outputName: plan.output,
    producer: file.producer,
    metadata: file.metadata,
  };
}

function networkOf(
  name: string,
  plan: Plan,
  input: Shape,
  output: Shape,
  batch: number | undefined,
): Network<OnnxParameters> {
  const fits = (shape: Shape): boolean => formatShape(shape) === formatShape(input);
  return {
    name,
    input,
    output,
    outputShape(shape) {
      if (fits(shape)) return output;
      throw new NnError(
        "layer-shape",
        `${name}: needs samples ${formatShape(input)}, got ${formatShape(shape)}.`,
      );
    },
    initialize: (device, dtype) => parametersIn(plan, device, dtype),
    apply(parameters, x) {
      if (!fits(x.shape.slice(1)) || (batch !== undefined && x.shape[0] !== batch)) {
        throw new NnError(
          "layer-shape",
          `${name}: needs a batch [${[batch ?? "B", ...input].join(", ")}], got ${formatShape(x.shape)}.`,
        );
      }
      const float = Object.values(parameters)[0]?.dtype ?? (x.dtype === "float64" ? "float64" : "float32");
      const wanted = dtypeFor(plan.input.elementType, float);
      return x.device.scope(() => run(plan, parameters, x.dtype === wanted ? x : x.cast(wanted), float));
    },
    isTrainable: (path) => !plan.frozen.has(path),
  };
}

function parametersIn(plan: Plan, device: Device, dtype: DType): OnnxParameters {
  return Object.fromEntries(
    [...plan.parameters].map(([name, { shape, values }]) => {
      const numbers = values instanceof Float32Array || values instanceof Float64Array ? values : [];
      return [name, device.tensor(numbers, { dtype, shape, name })];
    }),
  );
}

function sampleShape({ input: { name, shape } }: Plan): Shape {
  if (shape === undefined || shape.length === 0) {
    throw new OnnxError(
      "shape",
      `input ${JSON.stringify(name)}: the file does not say its shape. Give that of one sample: fromOnnx(bytes, { input: [784] }).`,
    );
  }
  return shape.slice(1).map((extent) => {
    if (typeof extent === "number" && extent > 0) return extent;
    throw new OnnxError(
      "shape",
      `input ${JSON.stringify(name)}: the file leaves [${shape.map((e) => e ?? "?").join(", ")}] open. ` +
        "Give the shape of one sample: fromOnnx(bytes, { input: [1, 28, 28] }).",
    );
  });
}

// Runs the graph without computing, with one batch and with a larger one, which many files do not take.
function shapesOf(plan: Plan, input: Shape): { output: Shape; batch: number | undefined } {
  const [declared] = plan.input.shape ?? [];
  const batch = typeof declared === "number" && declared > 0 ? declared : 1;
  const output = imaginedShape(plan, [batch, ...input]);
  if (output[0] !== batch) {
    throw new OnnxError(
      "shape",
      `the graph: a batch [${[batch, ...input].join(", ")}] becomes ${formatShape(output)}; its first axis should be the batch.`,
    );
  }
  const sample = output.slice(1);
  return {
    output: sample,
    batch: takes(plan, [batch + 1, ...input], [batch + 1, ...sample]) ? undefined : batch,
  };
}

function takes(plan: Plan, input: Shape, output: Shape): boolean {
  try {
    return formatShape(imaginedShape(plan, input)) === formatShape(output);
  } catch (error) {
    if (error instanceof OnnxError) return false;
    throw error;
  }
}

function imaginedShape(plan: Plan, input: Shape): Shape {
  const device = imaginedDevice({ limit: limits.made });
  try {
    const parameters = Object.fromEntries(
      [...plan.parameters].map(([name, { shape }]) => [name, device.zeros(shape)]),
    );
    const x = device.zeros(input, { dtype: dtypeFor(plan.input.elementType, "float32") });
    return run(plan, parameters, x, "float32").shape;
  } catch (error) {
    if (!(error instanceof TensorError)) throw error;
    throw new OnnxError(
      error.code === "size-overflow" ? "limit" : "shape",
      `the graph does not run on a batch ${formatShape(input)}: ${error.message}`,
      { cause: error },
    );
  }
}
