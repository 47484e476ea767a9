import type { Device, DType, Tensor } from "@gradwerk/tensor";
import { OnnxError } from "../errors.ts";
import type { AttributeValues, OnnxNode } from "../format/messages.ts";
import type { OnnxTensor } from "../format/tensors.ts";
import { isKnown, type Known, onDevice, type Value } from "./values.ts";

/** What a run is about: where it computes, in which float, and by which version of the operators. */
export interface RunFacts {
  readonly device: Device;
  readonly float: DType;
  readonly opset: number;
}

/** One node while it runs: its inputs and attributes in the forms that operators need. */
export class NodeCall {
  readonly node: OnnxNode;
  readonly device: Device;
  readonly float: DType;
  readonly opset: number;
  /** Undefined where an input was left out. */
  readonly inputs: readonly (Value | undefined)[];

  constructor(node: OnnxNode, inputs: readonly (Value | undefined)[], { device, float, opset }: RunFacts) {
    this.node = node;
    this.inputs = inputs;
    this.device = device;
    this.float = float;
    this.opset = opset;
  }

  has(input: number): boolean {
    return this.inputs[input] !== undefined;
  }

  /** @throws OnnxError `attribute` where the input was left out */
  value(input: number): Value {
    const value = this.inputs[input];
    if (value === undefined) throw this.refused(`input ${input} is missing`);
    return value;
  }

  /** An input on the device. */
  tensor(input: number): Tensor {
    return onDevice(this.device, this.value(input), this.float);
  }

  /** All inputs on the device. */
  tensors(): Tensor[] {
    return this.inputs.map((_, input) => this.tensor(input));
  }

  /** All inputs where each is known before anything runs. */
  known(): readonly Known[] | undefined {
    const known = this.inputs.filter((value) => value !== undefined && isKnown(value)) as Known[];
    return known.length === this.inputs.length ? known : undefined;
  }

  /**
   * An input that says how something is done, such as a shape.
   *
   * @throws OnnxError `attribute` where it is computed from the data
   */
  knownInput(input: number): Known {
    const value = this.value(input);
    if (isKnown(value)) return value;
    throw this.refused(
      `input ${input} is computed from the data; only constants and what follows from shapes will do`,
    );
  }

  /** The numbers of an input that is known, flat. */
  numbers(input: number): number[] {
    return Array.from(this.knownInput(input).values);
  }

  /** Whole numbers: an attribute of old versions, an input of newer ones. */
  list(name: string, input: number): number[] | undefined {
    return this.has(input) ? this.numbers(input) : this.optionalInts(name);
  }

  int(name: string, fallback: number): number {
    return this.#attribute(name, "int") ?? fallback;
  }

  requiredInt(name: string): number {
    const value = this.#attribute(name, "int");
    if (value === undefined) throw this.refused(`attribute ${name} is missing`);
    return value;
  }

  flag(name: string, fallback: boolean): boolean {
    return this.int(name, fallback ? 1 : 0) !== 0;
  }

  number(name: string, fallback: number): number {
    return this.#attribute(name, "float") ?? fallback;
  }

  optionalNumber(name: string): number | undefined {
    return this.#attribute(name, "float");
  }

  text(name: string, fallback: string): string {
    return this.#attribute(name, "string") ?? fallback;
  }

  optionalInts(name: string): number[] | undefined {
    const values = this.#attribute(name, "ints");
    return values === undefined ? undefined : [...values];
  }

  ints(name: string, fallback: readonly number[]): readonly number[] {
    return this.optionalInts(name) ?? fallback;
  }

  floats(name: string): readonly number[] | undefined {
    return this.#attribute(name, "floats");
  }

  texts(name: string): readonly string[] | undefined {
    return this.#attribute(name, "strings");
  }

  tensorAttribute(name: string): OnnxTensor | undefined {
    return this.#attribute(name, "tensor");
  }

  /** An axis counted from the front. */
  axis(axis: number, rank: number): number {
    if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
      throw this.refused(`there is no axis ${axis} among ${rank}`);
    }
    return axis < 0 ? axis + rank : axis;
  }

  /** An error about this node. */
  refused(what: string): OnnxError {
    return new OnnxError("attribute", `${what}.`);
  }

  #attribute<Type extends keyof AttributeValues>(
    name: string,
    type: Type,
  ): AttributeValues[Type] | undefined {
    const attribute = this.node.attributes.find((candidate) => candidate.name === name);
    if (attribute === undefined) return undefined;
    if (attribute.type === type) return attribute.value as AttributeValues[Type];
    throw this.refused(`attribute ${name} should be of type ${type}, not ${attribute.type}`);
  }
}

/** How one operator of the standard is computed. */
export interface Operator {
  /** The fewest inputs, none of them left out, and the most. Default: one. */
  readonly inputs?: readonly [least: number, most: number];
  /** The attributes that are understood; a node with another one is refused. */
  readonly attributes?: readonly string[];
  /** Inputs that say how something is done: floats among them are constants, not parameters. */
  readonly settings?: readonly number[];
  /** The first version of the operators in which it means this. Default: the oldest that is read. */
  readonly since?: number;
  run(call: NodeCall): Value | readonly Value[];
}
