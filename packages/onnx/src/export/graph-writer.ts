import type { Attribute, AttributeValues, OnnxNode } from "../format/messages.ts";
import { bytesOf, type ElementType, emptyElements, type OnnxTensor } from "../format/tensors.ts";
import type { Extent } from "./traced-graph.ts";

/** Attributes by type and name: `{ int: { axis: 1 } }`. */
export type AttributesByType = {
  readonly [Type in keyof AttributeValues]?: Readonly<Record<string, AttributeValues[Type]>>;
};

/**
 * Writes down nodes and gives names to what they make. Names are counted, so that the same graph gives the same file.
 */
export class GraphWriter {
  readonly nodes: OnnxNode[] = [];
  /** The name of the graph's input. */
  readonly input: string;
  /** The version of the operators. */
  readonly opset: number;
  readonly #taken: Set<string>;
  readonly #constants = new Map<string, string>();
  #batch: string | undefined;

  /** @param taken names that are given already */
  constructor(opset: number, taken: Iterable<string>) {
    this.opset = opset;
    this.#taken = new Set(taken);
    this.input = this.free("input");
  }

  /** A name that nothing has: the given one, or the same with a number. */
  free(name: string): string {
    let number = 0;
    let free = name;
    while (this.#taken.has(free)) free = `${name}_${++number}`;
    this.#taken.add(free);
    return free;
  }

  /** Adds a node with one output, and gives its name. */
  add(operator: string, inputs: readonly string[], attributes: AttributesByType = {}, name?: string): string {
    const output = name ?? this.free(operator.toLowerCase());
    this.nodes.push({
      name: output,
      operator,
      domain: "",
      inputs,
      outputs: [output],
      attributes: listed(attributes),
    });
    return output;
  }

  /** A constant, once for equal ones. */
  constant(elementType: ElementType, shape: readonly number[], numbers: ArrayLike<number>): string {
    const values = emptyElements(elementType, numbers.length);
    for (let i = 0; i < numbers.length; i++) {
      values[i] = values instanceof BigInt64Array ? BigInt(numbers[i]) : numbers[i];
    }
    const key = `${elementType} ${shape.join(" ")}:${bytesOf(values).join(" ")}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const value: OnnxTensor = { name: "", elementType, shape, values };
    const name = this.add("Constant", [], { tensor: { value } });
    this.#constants.set(key, name);
    return name;
  }

  /** Whole numbers along one axis. */
  integers(values: readonly number[]): string {
    return this.constant("int64", [values.length], values);
  }

  /** A shape for Reshape: one size that grows with the batch is left open. */
  openShape(shape: readonly Extent[]): string {
    const growing = shape.filter((extent) => typeof extent !== "number");
    if (growing.length > 1) return this.shape(shape);
    return this.integers(shape.map((extent) => (typeof extent === "number" ? extent : -1)));
  }

  /** A shape as whole numbers, computed from that of the input where it grows with the batch. */
  shape(shape: readonly Extent[]): string {
    const parts: string[] = [];
    let fixed: number[] = [];
    const flush = (): void => {
      if (fixed.length > 0) parts.push(this.integers(fixed));
      fixed = [];
    };
    for (const extent of shape) {
      if (typeof extent === "number") fixed.push(extent);
      else {
        flush();
        parts.push(this.#timesBatch(extent.batch));
      }
    }
    flush();
    if (parts.length === 1) return parts[0];
    return parts.length === 0 ? this.integers([]) : this.add("Concat", parts, { int: { axis: 0 } });
  }

  #timesBatch(factor: number): string {
    this.#batch ??= this.add("Shape", [this.input], { int: { start: 0, end: 1 } });
    return factor === 1 ? this.#batch : this.add("Mul", [this.#batch, this.integers([factor])]);
  }
}

function listed(attributes: AttributesByType): Attribute[] {
  return Object.entries(attributes).flatMap(([type, values]) =>
    Object.entries(values).map(([name, value]) => ({ name, type, value }) as Attribute),
  );
}
