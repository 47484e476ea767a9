import { OnnxError } from "../errors.ts";
import type { OnnxModel, OnnxNode, ValueInfo } from "../format/messages.ts";
import type { OnnxTensor } from "../format/tensors.ts";
import { frozenKey, producerName } from "../own-files.ts";
import type { Operator } from "./node-call.ts";
import { operators, opsets } from "./operators/table.ts";
import { type Known, knownOf } from "./values.ts";

/** A graph that was checked: what is needed for its output, in order. */
export interface Plan {
  readonly opset: number;
  readonly input: ValueInfo;
  readonly output: string;
  readonly steps: readonly Step[];
  readonly constants: ReadonlyMap<string, Known>;
  /** The floats of the file, which can be trained. */
  readonly parameters: ReadonlyMap<string, OnnxTensor>;
  /** Those that gradients should leave alone. */
  readonly frozen: ReadonlySet<string>;
}

/** One node and what computes it. */
export interface Step {
  readonly node: OnnxNode;
  readonly operator: Operator;
}

/**
 * Checks that a graph can be run: versions, names, order, operators and their attributes.
 *
 * @param wanted the output to compute. Default: the only one
 * @throws OnnxError `opset`, `graph`, `operator`, `attribute`, `option`
 */
export function planOf(model: OnnxModel, wanted: string | undefined): Plan {
  const opset = opsetOf(model);
  const { graph } = model;
  const initializers = byName(graph.initializers, "initializer");
  checkNames(model, initializers);
  const input = inputOf(model, initializers);
  const output = outputOf(model, wanted);
  const steps = neededFor(output, graph.nodes).map((node) => ({ node, operator: operatorOf(node, opset) }));
  const used = new Set([output, ...steps.flatMap(({ node }) => node.inputs)]);
  const settings = new Set(
    steps.flatMap(({ node, operator }) => (operator.settings ?? []).map((index) => node.inputs[index])),
  );
  const constants = new Map<string, Known>();
  const parameters = new Map<string, OnnxTensor>();
  for (const [name, tensor] of initializers) {
    if (!used.has(name)) continue;
    const isFloat = tensor.elementType === "float32" || tensor.elementType === "float64";
    if (isFloat && !settings.has(name)) parameters.set(name, tensor);
    else constants.set(name, knownOf(tensor));
  }
  return { opset, input, output, steps, constants, parameters, frozen: frozenIn(model, steps, parameters) };
}

function opsetOf({ opsets: imported, irVersion }: OnnxModel): number {
  const versions = imported.filter(({ domain }) => isStandard(domain)).map(({ version }) => version);
  if (versions.length !== 1) {
    throw new OnnxError(
      "opset",
      `the model: names ${versions.length} versions of ONNX's operators instead of one.`,
    );
  }
  const [version] = versions;
  if (version < opsets.first || version > opsets.last) {
    throw new OnnxError(
      "opset",
      `the model: uses version ${version} of ONNX's operators; ${opsets.first} to ${opsets.last} are supported. ` +
        `Export it with another opset_version, or convert it.`,
    );
  }
  if (irVersion < 3) {
    throw new OnnxError(
      "opset",
      `the model: has version ${irVersion} of the file format; 3 and later are supported.`,
    );
  }
  return version;
}

function isStandard(domain: string): boolean {
  return domain === "" || domain === "ai.onnx";
}

function byName<Named extends { readonly name: string }>(
  list: readonly Named[],
  what: string,
): Map<string, Named> {
  const found = new Map<string, Named>();
  for (const item of list) {
    if (item.name === "") throw new OnnxError("graph", `the graph: an ${what} has no name.`);
    if (found.has(item.name)) {
      throw new OnnxError("graph", `the graph: there are two values named ${JSON.stringify(item.name)}.`);
    }
    found.set(item.name, item);
  }
  return found;
}

// Every name is made once, before it is used: what comes later, or never, would make the order wrong or go in circles.
function checkNames({ graph }: OnnxModel, initializers: ReadonlyMap<string, OnnxTensor>): void {
  const inputs = byName(graph.inputs, "input");
  const made = new Set([...initializers.keys(), ...inputs.keys()]);
  const later = new Set(graph.nodes.flatMap((node) => node.outputs));
  for (const node of graph.nodes) {
    for (const name of node.inputs) {
      if (name === "" || made.has(name)) continue;
      throw new OnnxError(
        "graph",
        `${titleOf(node)}: uses ${JSON.stringify(name)}, which ` +
          (later.has(name)
            ? "is made by this or a later node: the nodes are in no order, or go in a circle."
            : "nothing makes: the file lacks an initializer, an input or a node."),
      );
    }
    for (const name of node.outputs) {
      if (name === "") continue;
      if (made.has(name)) {
        throw new OnnxError(
          "graph",
          `${titleOf(node)}: makes ${JSON.stringify(name)}, which was there before.`,
        );
      }
      made.add(name);
    }
  }
  for (const { name } of graph.outputs) {
    if (!made.has(name))
      throw new OnnxError("graph", `the graph: nothing makes its output ${JSON.stringify(name)}.`);
  }
}

/** A node as messages name it. */
export function titleOf({ name, operator, outputs }: OnnxNode): string {
  return `${operator || "a node"} ${JSON.stringify(name || outputs[0] || "")}`;
}

// Old files list initializers among the inputs.
function inputOf({ graph }: OnnxModel, initializers: ReadonlyMap<string, OnnxTensor>): ValueInfo {
  const inputs = graph.inputs.filter(({ name }) => !initializers.has(name));
  if (inputs.length === 1) return inputs[0];
  throw new OnnxError(
    "graph",
    `the graph: takes ${inputs.length} inputs (${inputs.map(({ name }) => name).join(", ")}); a network takes one.`,
  );
}

function outputOf({ graph }: OnnxModel, wanted: string | undefined): string {
  const names = graph.outputs.map(({ name }) => name);
  if (wanted !== undefined) {
    if (names.includes(wanted)) return wanted;
    throw new OnnxError("option", `output: there is no ${JSON.stringify(wanted)} among ${names.join(", ")}.`);
  }
  if (names.length === 1) return names[0];
  throw new OnnxError(
    "graph",
    `the graph: gives ${names.length} outputs (${names.join(", ")}). Choose one: fromOnnx(bytes, { output: "..." }).`,
  );
}

function neededFor(output: string, nodes: readonly OnnxNode[]): OnnxNode[] {
  const needed = new Set([output]);
  const found = nodes.toReversed().filter((node) => {
    if (!node.outputs.some((name) => name !== "" && needed.has(name))) return false;
    for (const name of node.inputs) needed.add(name);
    return true;
  });
  return found.toReversed();
}

function operatorOf(node: OnnxNode, opset: number): Operator {
  const operator = isStandard(node.domain) ? operators.get(node.operator) : undefined;
  if (operator === undefined) {
    const full = isStandard(node.domain) ? node.operator : `${node.domain}.${node.operator}`;
    throw new OnnxError("operator", `${titleOf(node)}: the operator ${full} is not supported.`);
  }
  if (opset < (operator.since ?? 0)) {
    throw new OnnxError(
      "operator",
      `${titleOf(node)}: ${node.operator} is supported from version ${operator.since} of the operators on; this is ${opset}.`,
    );
  }
  const [least, most] = operator.inputs ?? [1, 1];
  const given = node.inputs.length;
  if (given < least || given > most || node.inputs.slice(0, least).includes("")) {
    throw new OnnxError(
      "attribute",
      `${titleOf(node)}: takes ${least === most ? least : `${least} to ${most}`} inputs, got ${node.inputs.filter(Boolean).length}.`,
    );
  }
  const attributes = byName(node.attributes, "attribute");
  for (const name of attributes.keys()) {
    if (!operator.attributes?.includes(name)) {
      throw new OnnxError("attribute", `${titleOf(node)}: the attribute ${name} is not supported.`);
    }
  }
  return operator;
}

// Running statistics; what this package's own files list; and single numbers of other files, which are constants of
// formulas there.
function frozenIn(
  { producer, metadata }: OnnxModel,
  steps: readonly Step[],
  parameters: ReadonlyMap<string, OnnxTensor>,
): Set<string> {
  const statistics = steps.filter(({ node }) => node.operator === "BatchNormalization");
  const frozen = new Set(statistics.flatMap(({ node }) => node.inputs.slice(3, 5)));
  if (producer === producerName) {
    for (const name of (metadata.get(frozenKey) ?? "").split("\n")) frozen.add(name);
  } else {
    for (const [name, { shape }] of parameters) if (shape.length === 0) frozen.add(name);
  }
  return frozen;
}
