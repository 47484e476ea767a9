import type { TypedArray } from "@gradwerk/tensor/backend";
import type { TracedGraph, TracedNode, TracedValue } from "../export/traced-graph.ts";
import { amountOf, type Code, isSame, type Operand, product } from "./code.ts";
import type { Statement } from "./loops.ts";
import { lowered } from "./lowerings.ts";

/** A network as statements, without what it does not need. */
export interface Statements {
  readonly list: readonly Statement[];
  readonly output: TracedValue;
  /** Values that no statement makes, and that some statement takes. */
  readonly given: ReadonlySet<TracedValue>;
}

/**
 * Ops as statements. A reshape is none, for numbers lie as they lay; nor is a cast between floats, nor an `expand` before an
 * op that repeats shorter arrays by itself.
 */
export function statementsOf({ nodes, output, constants }: TracedGraph): Statements {
  const made: Statement[] = [];
  const same = new Map<TracedValue, TracedValue>();
  const shorter = new Map<TracedValue, TracedValue>();
  const sourceOf = (value: TracedValue): TracedValue => same.get(value) ?? value;
  for (const node of nodes) {
    const [first] = node.inputs;
    if (node.op === "reshape") {
      same.set(node.output, sourceOf(first));
      continue;
    }
    const code = resolved(lowered(node), node, constants, shorter, sourceOf);
    const [piece] = code;
    if (code.length === 1 && typeof piece === "object" && "value" in piece) {
      same.set(node.output, piece.value);
      continue;
    }
    if (node.op === "expand" && isRepeated(first, node.output)) shorter.set(node.output, sourceOf(first));
    made.push({ value: node.output, code });
  }
  return needed(made, sourceOf(output));
}

// Operands by the values that hold their numbers. One of them must have all numbers of the result.
function resolved(
  code: Code,
  { output }: TracedNode,
  constants: ReadonlyMap<TracedValue, TypedArray>,
  shorter: ReadonlyMap<TracedValue, TracedValue>,
  sourceOf: (value: TracedValue) => TracedValue,
): Code {
  const resolve = ({ value, repeats }: Operand): Operand => {
    const source = shorter.get(value);
    return repeats && source !== undefined
      ? { value: source, repeats }
      : { value: sourceOf(value), repeats: repeats && isOne(constants.get(value)) };
  };
  const size = product(output.shape.map(amountOf));
  return code.map((piece) => {
    if (typeof piece !== "object") return piece;
    if ("value" in piece) return resolve(piece);
    const operands = piece.map(resolve);
    const isWhole = operands.some(
      ({ value, repeats }) => !repeats && isSame(product(value.shape.map(amountOf)), size),
    );
    return isWhole ? operands : piece.map(({ value }) => ({ value: sourceOf(value), repeats: false }));
  });
}

/** Whether numbers are one number. */
export function isOne(numbers: TypedArray | undefined): boolean {
  return numbers?.every((number) => Object.is(number, numbers[0])) ?? false;
}

// Whether what an expansion adds are repetitions of the whole: its source is the end of its shape.
function isRepeated(source: TracedValue, output: TracedValue): boolean {
  const from = source.shape.map(amountOf);
  const first = from.findIndex((extent) => extent.batches > 0 || extent.times !== 1);
  const own = first < 0 ? [] : from.slice(first);
  const end = output.shape.map(amountOf).slice(output.shape.length - own.length);
  return own.every((extent, axis) => isSame(extent, end[axis]));
}

function needed(made: readonly Statement[], output: TracedValue): Statements {
  const used = new Set([output]);
  const list = made.toReversed().filter(({ value, code }) => {
    if (!used.has(value)) return false;
    for (const piece of code) {
      if (typeof piece !== "object") continue;
      for (const operand of "value" in piece ? [piece] : piece) used.add(operand.value);
    }
    return true;
  });
  for (const { value } of list) used.delete(value);
  return { list: list.toReversed(), output, given: used };
}
