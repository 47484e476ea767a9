import type { OpName } from "@gradwerk/tensor";
import { OnnxError } from "../errors.ts";
import type { AttributesByType, GraphWriter } from "./graph-writer.ts";
import type { NodeOf, TracedValue } from "./traced-graph.ts";
import type { ValueNames } from "./value-names.ts";

/** One op while it is written: names of its inputs, and nodes to be added. */
export class OpWriter<Op extends OpName> {
  readonly node: NodeOf<Op>;
  readonly graph: GraphWriter;
  readonly names: ValueNames;

  constructor(node: NodeOf<Op>, graph: GraphWriter, names: ValueNames) {
    this.node = node;
    this.graph = graph;
    this.names = names;
  }

  get attributes(): NodeOf<Op>["attributes"] {
    return this.node.attributes;
  }

  value(input: number): TracedValue {
    return this.node.inputs[input];
  }

  /** The names of all inputs. */
  inputs(): string[] {
    return this.node.inputs.map((value) => this.names.of(value));
  }

  /** The name of the first input. */
  get x(): string {
    return this.names.of(this.value(0));
  }

  add(operator: string, inputs: readonly string[], attributes?: AttributesByType): string {
    return this.graph.add(operator, inputs, attributes);
  }

  /** A number of the first input's type. */
  number(value: number): string {
    return this.graph.constant(this.names.typeOf(this.value(0).dtype), [], [value]);
  }

  refused(why: string): OnnxError {
    return new OnnxError("export", `${this.node.op}: ${why}.`);
  }
}

/** What was written: the name of numbers, or of truth values. */
export type Written = string | { readonly truth: string };

/** Writes one op as nodes of ONNX. */
export type Lowering<Op extends OpName> = (op: OpWriter<Op>) => Written;
