import { type Layer, parametersOf } from "@gradwerk/nn";
import type { OpName, Shape, Tensor } from "@gradwerk/tensor";
import { OnnxError } from "../errors.ts";
import type { OnnxNode, ValueInfo } from "../format/messages.ts";
import { emptyElements, type OnnxTensor } from "../format/tensors.ts";
import { writeModel } from "../format/write.ts";
import { frozenKey, producerName } from "../own-files.ts";
import { withoutDetours } from "./broadcasts.ts";
import { GraphWriter } from "./graph-writer.ts";
import { lowerings } from "./lowerings.ts";
import { type Lowering, OpWriter } from "./op-writer.ts";
import { type TracedGraph, type TracedNode, type TracedValue, tracedGraph } from "./traced-graph.ts";
import { type FileFloat, ValueNames } from "./value-names.ts";

/** How a network is written. */
export interface ToOnnxOptions {
  /** The shape of one sample. Default: that of the model, where it is a `network`. */
  readonly input?: Shape;
  /** The name of the graph in the file. Default: that of the model. */
  readonly name?: string;
  /** The version of ONNX's operators, from 17 to 23. Default: 18. */
  readonly opset?: number;
  /**
   * The float that the file holds and computes in. Default: float32 whatever the parameters are, since few runtimes have
   * every operator in float64.
   */
  readonly dtype?: FileFloat;
}

/** The version of the file format that goes with each version of the operators. */
const formats: ReadonlyMap<number, number> = new Map([
  [17, 8],
  [18, 8],
  [19, 9],
  [20, 9],
  [21, 10],
  [22, 10],
  [23, 11],
]);

/**
 * Writes a network as an ONNX file: its ops as nodes, its parameters as initializers that are named by their paths, with
 * a batch of any size. What is written is inference: dropout is not in it, and batch normalisation has its running
 * statistics.
 *
 * The same network gives the same bytes. `input` and `output` are the names of what goes in and comes out.
 *
 * @throws OnnxError `export` for ops that ONNX does not have or a file cannot hold, `option`
 * @example
 * await writeFile("model.onnx", await toOnnx(model, parameters));
 */
export async function toOnnx<Parameters>(
  model: Layer<Parameters> & { readonly input?: Shape },
  parameters: Parameters,
  { input = model.input, name = model.name, opset = 18, dtype = "float32" }: ToOnnxOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const irVersion = formats.get(opset);
  if (irVersion === undefined) {
    throw new OnnxError(
      "option",
      `toOnnx: opset must be one of ${[...formats.keys()].join(", ")}, got ${opset}.`,
    );
  }
  if (input === undefined) {
    throw new OnnxError(
      "option",
      `toOnnx: ${model.name} does not say the shape of one sample. Give it: { input: [784] }.`,
    );
  }
  const traced = withoutDetours(await tracedGraph(model, parameters, input));
  const tensors = new Map(parametersOf(parameters).map(({ path, tensor }) => [path, tensor]));
  const used = usedParameters(traced);
  const writer = new GraphWriter(opset, used.keys());
  const names = new ValueNames(writer, dtype, traced.constants);
  const output = writer.free("output");
  names.set(traced.input, writer.input);
  for (const [path, value] of used) names.set(value, path);
  for (const node of traced.nodes) writeNode(node, writer, names);
  const nodes = endingIn(output, names.of(traced.output), writer);
  const frozen = [...used.keys()].filter((path) => !(model.isTrainable?.(path) ?? true));
  return writeModel({
    irVersion,
    opsets: [{ domain: "", version: opset }],
    producer: producerName,
    producerVersion: "",
    graph: {
      name,
      nodes,
      initializers: await Promise.all(
        [...used].map(([path, value]) => initializerOf(path, tensors.get(path), names.typeOf(value.dtype))),
      ),
      inputs: [infoOf(writer.input, traced.input, names)],
      outputs: [infoOf(output, traced.output, names)],
    },
    metadata: new Map(frozen.length === 0 ? [] : [[frozenKey, frozen.join("\n")]]),
  });
}

// In the order of the tree.
function usedParameters({ parameters, nodes, output }: TracedGraph): Map<string, TracedValue> {
  const used = new Set([output, ...nodes.flatMap(({ inputs }) => inputs)]);
  return new Map([...parameters].filter(([value]) => used.has(value)).map(([value, path]) => [path, value]));
}

function writeNode(node: TracedNode, writer: GraphWriter, names: ValueNames): void {
  const lowering = lowerings[node.op] as Lowering<OpName> | undefined;
  if (lowering === undefined) {
    throw new OnnxError(
      "export",
      `${node.op}: a file cannot hold this op. It belongs to training, or ONNX has none like it.`,
    );
  }
  const written = lowering(new OpWriter<OpName>(node, writer, names));
  if (typeof written === "string") names.set(node.output, written);
  else names.setTruth(node.output, written.truth);
}

// The node that makes the output gives it its name; what is no node's gets one.
function endingIn(output: string, last: string, { nodes }: GraphWriter): readonly OnnxNode[] {
  if (!nodes.some(({ outputs }) => outputs.includes(last))) {
    return [
      ...nodes,
      { name: output, operator: "Identity", domain: "", inputs: [last], outputs: [output], attributes: [] },
    ];
  }
  const renamed = (name: string): string => (name === last ? output : name);
  return nodes.map((node) => ({
    ...node,
    name: renamed(node.name),
    inputs: node.inputs.map(renamed),
    outputs: node.outputs.map(renamed),
  }));
}

async function initializerOf(
  name: string,
  tensor: Tensor | undefined,
  elementType: OnnxTensor["elementType"],
): Promise<OnnxTensor> {
  if (tensor === undefined) throw new OnnxError("export", `${name}: is no parameter.`);
  const values = emptyElements(elementType, tensor.size);
  if (!(values instanceof BigInt64Array)) values.set(await tensor.data());
  return { name, elementType, shape: tensor.shape, values };
}

function infoOf(name: string, { dtype, shape }: TracedValue, names: ValueNames): ValueInfo {
  const [, ...sample] = shape;
  return {
    name,
    elementType: names.typeOf(dtype),
    shape: ["batch", ...sample.map((extent) => (typeof extent === "number" ? extent : undefined))],
  };
}
