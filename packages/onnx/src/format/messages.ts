import type { ElementType, OnnxTensor } from "./tensors.ts";

/**
 * The messages of an ONNX file that are read and written here, as plain values. What is left out (documentation,
 * quantisation, functions, training) is skipped on reading, or refused where leaving it out would change results.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
 */
export interface OnnxModel {
  readonly irVersion: number;
  readonly opsets: readonly OperatorSet[];
  readonly producer: string;
  readonly producerVersion: string;
  readonly graph: OnnxGraph;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Which version of which operators a file uses. The domain of the standard ones is the empty string. */
export interface OperatorSet {
  readonly domain: string;
  readonly version: number;
}

/** Nodes in the order in which they run, and where their values come from. */
export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
}

/** One operator with the names of what it takes and makes; an empty name is an input left out. */
export interface OnnxNode {
  readonly name: string;
  readonly operator: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly Attribute[];
}

/** The kinds of attributes. `other` stands for those that no supported operator has, such as graphs, and holds their name. */
export interface AttributeValues {
  readonly float: number;
  readonly int: number;
  readonly string: string;
  readonly tensor: OnnxTensor;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
  readonly strings: readonly string[];
  readonly other: string;
}

/** A constant of an operator. */
export type Attribute = {
  readonly [Type in keyof AttributeValues]: {
    readonly name: string;
    readonly type: Type;
    readonly value: AttributeValues[Type];
  };
}[keyof AttributeValues];

/** The name, element type and shape of a graph's input or output. */
export interface ValueInfo {
  readonly name: string;
  readonly elementType: ElementType;
  /** Missing where the file does not say. */
  readonly shape: readonly Extent[] | undefined;
}

/** A number of elements, the name of one that differs from run to run, or nothing known. */
export type Extent = number | string | undefined;
