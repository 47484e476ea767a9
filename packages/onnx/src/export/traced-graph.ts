import { type Layer, mapParameters } from "@gradwerk/nn";
import {
  type Device,
  type DType,
  formatShape,
  type OpName,
  type OpRecord,
  type OpTable,
  type Shape,
  Tensor,
} from "@gradwerk/tensor";
import type { TypedArray } from "@gradwerk/tensor/backend";
import { OnnxError } from "../errors.ts";
import { imaginedDevice } from "../imagined-device.ts";

/** A size: a number, or so many times the batch. */
export type Extent = number | { readonly batch: number };

/** A tensor that a network takes, holds or makes. */
export interface TracedValue {
  readonly dtype: DType;
  readonly shape: readonly Extent[];
}

/**
 * An op as it ran. The batch shows in the shapes of values alone: a new shape in attributes is that of one batch, and a slice
 * to the end of it has the end infinity.
 */
export type TracedNode = { readonly [Op in OpName]: NodeOf<Op> }[OpName];

/** The node of one op. */
export interface NodeOf<Op extends OpName> {
  readonly op: Op;
  readonly inputs: readonly TracedValue[];
  readonly output: TracedValue;
  readonly attributes: OpTable[Op]["attributes"];
}

/** What a network computes: ops in the order in which they ran, and the numbers they begin with. */
export interface TracedGraph {
  readonly input: TracedValue;
  readonly output: TracedValue;
  readonly nodes: readonly TracedNode[];
  /** By the paths of the parameters. */
  readonly parameters: ReadonlyMap<TracedValue, string>;
  readonly constants: ReadonlyMap<TracedValue, TypedArray>;
}

/** Two odd batches, so that what changes with the batch, or with half of it, is seen to change. */
const batches = [3, 5] as const;

/**
 * Runs a network twice without computing, with batches of two sizes, and writes down its ops.
 *
 * @param input the shape of one sample
 * @throws OnnxError `export` where the ops, or their attributes, depend on the batch in another way than in proportion
 */
export async function tracedGraph<Parameters>(
  model: Layer<Parameters>,
  parameters: Parameters,
  input: Shape,
): Promise<TracedGraph> {
  const [first, second] = batches.map((batch) => run(model, parameters, [batch, ...input]));
  const same =
    first.records.length === second.records.length &&
    first.records.every(({ op, inputs }, i) => {
      const other = second.records[i];
      return (
        op === other.op && inputs.every((x, k) => first.numberOf(x) === second.numberOf(other.inputs[k]))
      );
    });
  if (!same) throw new OnnxError("export", `${model.name}: runs other ops when the batch has another size.`);
  const values = first.tensors.map((tensor, i): TracedValue => {
    const shape = tensor.shape.map((extent, axis) => extentOf(extent, second.tensors[i].shape[axis], tensor));
    return { dtype: tensor.dtype, shape };
  });
  const valueFor = (tensor: Tensor): TracedValue => values[first.numberOf(tensor)];
  const nodes = first.records.map((record, i) => {
    const { op, inputs, output } = record;
    const attributes = attributesOf(record, second.records[i]);
    return { op, inputs: inputs.map(valueFor), output: valueFor(output), attributes } as TracedNode;
  });
  const parameterNames = new Map(
    [...first.paths]
      .filter(([tensor]) => first.knows(tensor))
      .map(([tensor, path]) => [valueFor(tensor), path]),
  );
  const made = new Set([valueFor(first.x), ...parameterNames.keys(), ...nodes.map(({ output }) => output)]);
  const constants = new Map<TracedValue, TypedArray>();
  for (const [i, value] of values.entries()) {
    if (!made.has(value))
      constants.set(value, await constantOf(model.name, first.tensors[i], second.tensors[i]));
  }
  return {
    input: valueFor(first.x),
    output: valueFor(first.output),
    nodes,
    parameters: parameterNames,
    constants,
  };
}

/** One run: its ops, and every tensor that they saw, numbered in the order in which they did. */
class Run {
  readonly x: Tensor;
  readonly output: Tensor;
  readonly records: readonly OpRecord[];
  readonly paths: ReadonlyMap<Tensor, string>;
  readonly #numbers = new Map<Tensor, number>();

  constructor(x: Tensor, output: Tensor, records: readonly OpRecord[], paths: ReadonlyMap<Tensor, string>) {
    this.x = x;
    this.output = output;
    this.records = records;
    this.paths = paths;
    for (const tensor of [x, ...records.flatMap((record) => [...record.inputs, record.output]), output]) {
      if (!this.#numbers.has(tensor)) this.#numbers.set(tensor, this.#numbers.size);
    }
  }

  get tensors(): readonly Tensor[] {
    return [...this.#numbers.keys()];
  }

  knows(tensor: Tensor): boolean {
    return this.#numbers.has(tensor);
  }

  numberOf(tensor: Tensor): number {
    return this.#numbers.get(tensor) ?? -1;
  }
}

function run<Parameters>(model: Layer<Parameters>, parameters: Parameters, shape: Shape): Run {
  const device = imaginedDevice({ remembers: true });
  const copies = new Map<Tensor, Tensor>();
  const paths = new Map<Tensor, string>();
  let float: DType | undefined;
  const imagined = mapParameters(parameters, (tensor, path) => {
    const known = copies.get(tensor);
    if (known !== undefined) return known;
    const copy = unknown(device, tensor.shape, tensor.dtype);
    if (tensor.dtype === "float32" || tensor.dtype === "float64") float ??= tensor.dtype;
    copies.set(tensor, copy);
    paths.set(copy, path);
    return copy;
  });
  const x = unknown(device, shape, float ?? "float32");
  const records: OpRecord[] = [];
  const output = device.recordWith({ record: (entry) => records.push(entry) }, () =>
    model.apply(imagined, x),
  );
  return new Run(x, output, records, paths);
}

// A cast copies, and what was copied is not remembered: a view of it is no constant.
function unknown(device: Device, shape: Shape, dtype: DType): Tensor {
  return device.zeros(shape, { dtype }).cast(dtype);
}

function extentOf(first: number, second: number, tensor: Tensor): Extent {
  if (first === second) return first;
  const batch = first / batches[0];
  if (Number.isInteger(batch) && second === batch * batches[1]) return { batch };
  throw new OnnxError(
    "export",
    `a tensor ${formatShape(tensor.shape)} does not grow in proportion to the batch, so that a file cannot say its size.`,
  );
}

// The sizes of a new shape are those of the output. A slice to the end of the batch has no end.
function attributesOf(first: OpRecord, second: OpRecord): object {
  const { op, attributes } = first;
  if (op === "reshape" || op === "expand") return attributes;
  const plain = (given: object): string =>
    JSON.stringify(given, (_, value) => (value instanceof Tensor ? undefined : value));
  if (plain(attributes) === plain(second.attributes)) return attributes;
  if (op === "slice" && second.op === "slice") {
    const endsAtEnd = ({ inputs: [x], attributes: { axis, end } }: typeof first): boolean =>
      end === x.shape[axis];
    const open = { ...attributes, end: Number.POSITIVE_INFINITY };
    const alike = plain(open) === plain({ ...second.attributes, end: Number.POSITIVE_INFINITY });
    if (alike && endsAtEnd(first) && endsAtEnd(second)) return open;
  }
  throw new OnnxError(
    "export",
    `${op}: its attributes depend on the size of the batch, which a file cannot say.`,
  );
}

async function constantOf(name: string, first: Tensor, second: Tensor): Promise<TypedArray> {
  const unreadable = (cause: unknown): OnnxError =>
    new OnnxError(
      "export",
      `${name}: holds a tensor ${formatShape(first.shape)} that no recorded op made, such as a result of stopGradient. ` +
        "A file cannot say where it comes from.",
      { cause },
    );
  const [values, others] = await Promise.all([first.data(), second.data()]).catch((cause: unknown) => {
    throw unreadable(cause);
  });
  // One that grows with the batch must be the same number everywhere.
  const same =
    first.size === second.size
      ? values.every((value, i) => Object.is(value, others[i]))
      : [...values, ...others].every((value) => Object.is(value, values[0]));
  if (same) return values;
  throw new OnnxError(
    "export",
    `${name}: holds numbers ${formatShape(first.shape)} that depend on the size of the batch.`,
  );
}
