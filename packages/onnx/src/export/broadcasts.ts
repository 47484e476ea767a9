import type { OpName } from "@gradwerk/tensor";
import type { Extent, TracedGraph, TracedNode, TracedValue } from "./traced-graph.ts";

/** Ops whose counterparts in ONNX stretch their inputs themselves. */
const stretching: ReadonlySet<OpName> = new Set([
  "add",
  "sub",
  "mul",
  "div",
  "pow",
  "maximum",
  "minimum",
  "equal",
  "notEqual",
  "less",
  "lessEqual",
  "greater",
  "greaterEqual",
  "where",
  "matmul",
]);

/**
 * The graph without what it does not need: `expand` before ops that stretch their inputs themselves, and whatever does
 * not reach the output. Constants that are one number everywhere become that number, expanded.
 */
export function withoutDetours(graph: TracedGraph): TracedGraph {
  const single = withSingleNumbers(graph);
  const sources = new Map(
    single.nodes.flatMap(({ op, inputs, output }) => (op === "expand" ? [[output, inputs[0]] as const] : [])),
  );
  const direct = single.nodes.map((node) => (stretching.has(node.op) ? stretched(node, sources) : node));
  const needed = new Set([single.output]);
  const nodes = direct.toReversed().filter(({ inputs, output }) => {
    if (!needed.has(output)) return false;
    for (const input of inputs) needed.add(input);
    return true;
  });
  return { ...single, nodes: nodes.toReversed() };
}

function withSingleNumbers(graph: TracedGraph): TracedGraph {
  const constants = new Map(graph.constants);
  const expansions: TracedNode[] = [];
  for (const [value, numbers] of graph.constants) {
    const isOne = numbers.length > 1 && numbers.every((number) => Object.is(number, numbers[0]));
    if (!isOne) continue;
    const number: TracedValue = { dtype: value.dtype, shape: [] };
    constants.delete(value);
    constants.set(number, numbers.slice(0, 1));
    expansions.push({ op: "expand", inputs: [number], output: value, attributes: { shape: [] } });
  }
  return { ...graph, constants, nodes: [...expansions, ...graph.nodes] };
}

// Only where what is left stretches to the same result.
function stretched(node: TracedNode, sources: ReadonlyMap<TracedValue, TracedValue>): TracedNode {
  const inputs = node.inputs.map((input) => {
    const source = sources.get(input);
    return source === undefined || (node.op === "matmul" && source.shape.length < 2) ? input : source;
  });
  const kept = node.op === "matmul" ? 2 : 0;
  const lead = (shape: readonly Extent[]): readonly Extent[] => shape.slice(0, shape.length - kept);
  const reached = inputs.map(({ shape }) => lead(shape)).reduce(together);
  const matrices = inputs.every((input, i) =>
    node.inputs[i].shape
      .slice(-kept)
      .every((e, a) => kept === 0 || sameExtent(e, input.shape.slice(-kept)[a])),
  );
  return matrices && sameShape(reached, lead(node.output.shape)) ? ({ ...node, inputs } as TracedNode) : node;
}

function together(a: readonly Extent[], b: readonly Extent[]): readonly Extent[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const x = a[axis - rank + a.length] ?? 1;
    return x === 1 ? (b[axis - rank + b.length] ?? 1) : x;
  });
}

/** Whether two sizes are the same for every batch. */
export function sameExtent(a: Extent, b: Extent): boolean {
  return typeof a === "number" || typeof b === "number" ? a === b : a.batch === b.batch;
}

function sameShape(a: readonly Extent[], b: readonly Extent[]): boolean {
  return a.length === b.length && a.every((extent, axis) => sameExtent(extent, b[axis]));
}
