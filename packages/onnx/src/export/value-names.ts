import type { DType } from "@gradwerk/tensor";
import type { TypedArray } from "@gradwerk/tensor/backend";
import { OnnxError } from "../errors.ts";
import { type ElementType, numberOf } from "../format/tensors.ts";
import type { GraphWriter } from "./graph-writer.ts";
import type { TracedValue } from "./traced-graph.ts";

/** The float in which a file computes. */
export type FileFloat = "float32" | "float64";

/**
 * Where the values of a network are in a file. Comparisons give truth values there and uint8 here: a value has one name
 * or the other until both are asked for.
 */
export class ValueNames {
  readonly #writer: GraphWriter;
  readonly #float: FileFloat;
  readonly #constants: ReadonlyMap<TracedValue, TypedArray>;
  readonly #numbers = new Map<TracedValue, string>();
  readonly #truths = new Map<TracedValue, string>();

  constructor(writer: GraphWriter, float: FileFloat, constants: ReadonlyMap<TracedValue, TypedArray>) {
    this.#writer = writer;
    this.#float = float;
    this.#constants = constants;
  }

  /** The element type of a dtype in the file. */
  typeOf(dtype: DType): ElementType {
    return dtype === "float32" || dtype === "float64" ? this.#float : dtype;
  }

  set(value: TracedValue, name: string): void {
    this.#numbers.set(value, name);
  }

  setTruth(value: TracedValue, name: string): void {
    this.#truths.set(value, name);
  }

  /** The name of a value's numbers. */
  of(value: TracedValue): string {
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    const truth = this.#truths.get(value);
    const name = truth === undefined ? this.#constant(value) : this.#cast(truth, "uint8");
    this.#numbers.set(value, name);
    return name;
  }

  /** The name of a value as truth values. */
  truthOf(value: TracedValue): string {
    const known = this.#truths.get(value);
    if (known !== undefined) return known;
    const name = this.#cast(this.of(value), "bool");
    this.#truths.set(value, name);
    return name;
  }

  /** Whether a value is truth values in the file. */
  isTruth(value: TracedValue): boolean {
    return this.#truths.has(value);
  }

  /** Whether a value is the constant 0. */
  isZero(value: TracedValue): boolean {
    const numbers = this.#constants.get(value);
    return numbers?.length === 1 && numbers[0] === 0;
  }

  /** The name of a value's numbers in another type, from truth values directly where it has them. */
  castOf(value: TracedValue, dtype: DType): string {
    const type = this.typeOf(dtype);
    const truth = this.#truths.get(value);
    if (truth !== undefined) return this.#cast(truth, type);
    return this.typeOf(value.dtype) === type ? this.of(value) : this.#cast(this.of(value), type);
  }

  #cast(name: string, type: ElementType): string {
    return this.#writer.add("Cast", [name], { int: { to: numberOf(type) } });
  }

  #constant(value: TracedValue): string {
    const numbers = this.#constants.get(value);
    if (numbers === undefined) throw new OnnxError("export", "a value is used that nothing made.");
    const shape = value.shape.map(Number);
    return this.#writer.constant(this.typeOf(value.dtype), shape, numbers);
  }
}
