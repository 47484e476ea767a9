import type { TypedArray } from "@gradwerk/tensor/backend";
import type { TracedValue } from "../export/traced-graph.ts";
import { amount, amountOf, type Code, type Operand, product } from "./code.ts";
import { allOf, type Loop, type Statement } from "./loops.ts";
import { isOne } from "./statements.ts";

/** Writes statements as lines, and gives names to values. */
export class Printer {
  readonly #names = new Map<TracedValue, string>();
  readonly #statements: readonly Statement[];
  readonly #constants: ReadonlyMap<TracedValue, TypedArray>;
  /** Names of arrays that hold a value of each round. */
  readonly #all: { readonly loop: Loop; readonly place: number; readonly name: string }[] = [];
  #count = 0;

  constructor(statements: readonly Statement[], constants: ReadonlyMap<TracedValue, TypedArray>) {
    this.#statements = statements;
    this.#constants = constants;
  }

  name(value: TracedValue, name: string): void {
    this.#names.set(value, name);
  }

  /** The lines that make everything. */
  lines(loops: readonly Loop[]): string[] {
    const lines: string[] = [];
    for (let i = 0; i < this.#statements.length; ) {
      const loop = loops.find(({ start }) => start === i);
      if (loop === undefined) {
        const { value, code } = this.#statements[i++];
        const text = this.#text(code);
        lines.push(`const ${this.#fresh(value)} = ${text};`);
      } else {
        lines.push(...this.#loopLines(loop));
        i += loop.length * loop.rounds;
      }
    }
    return lines;
  }

  /** What stands for a value. */
  textOf({ value, repeats }: Operand): string {
    const name = this.#names.get(value);
    if (name !== undefined) return name;
    const numbers = this.#constants.get(value);
    if (!isOne(numbers)) throw new RangeError("a value without a name");
    const number = literal(numbers?.[0] ?? 0);
    if (repeats) return `[${number}]`;
    const size = this.#text(amount(product(value.shape.map(amountOf))));
    return number === "0" ? `new Float32Array(${size})` : `new Float32Array(${size}).fill(${number})`;
  }

  #fresh(value: TracedValue): string {
    const name = `x${++this.#count}`;
    this.#names.set(value, name);
    return name;
  }

  #text(code: Code, numberAt: (number: number, piece: number) => string = literal): string {
    return code
      .map((piece, i) => {
        if (typeof piece === "string") return piece;
        if (typeof piece === "number") return numberAt(piece, i);
        return "value" in piece ? this.textOf(piece) : this.#listText(piece);
      })
      .join("");
  }

  #listText(operands: readonly Operand[]): string {
    const all = this.#all.find(
      ({ loop, place }) =>
        allOf(operands, this.#statements, loop) &&
        this.#statements[loop.start + place].value === operands[0].value,
    );
    return all === undefined ? operands.map((operand) => this.textOf(operand)).join(", ") : `...${all.name}`;
  }

  #loopLines(loop: Loop): string[] {
    const { start, length, rounds, carried } = loop;
    const at = (round: number, place: number): Statement => this.#statements[start + round * length + place];
    const end = start + length * rounds;
    const after = [...this.#statements.slice(0, start), ...this.#statements.slice(end)].flatMap(
      ({ code }) => code,
    );
    const before: string[] = [];
    const last: string[] = [];
    // Of the round before.
    const names = new Map(
      [...carried].map(([place, first]) => {
        const text = this.textOf(first);
        const name = `s${++this.#count}`;
        before.push(`let ${name} = ${text};`);
        return [place, name];
      }),
    );
    const lists = after.flatMap((piece) => (typeof piece === "object" && "length" in piece ? [piece] : []));
    const isUsed = (value: TracedValue): boolean =>
      after.some((piece) => typeof piece === "object" && "value" in piece && piece.value === value) ||
      lists.some(
        (list) => !allOf(list, this.#statements, loop) && list.some((operand) => operand.value === value),
      );
    for (let place = 0; place < length; place++) {
      const isLast = at(rounds - 1, place).value;
      const isOutput = end === this.#statements.length;
      if (!names.has(place) && (isUsed(isLast) || (isOutput && place === length - 1))) {
        const name = `s${++this.#count}`;
        before.push(`let ${name};`);
        names.set(place, name);
      }
      if (
        lists.some((list) => list[0]?.value === at(0, place).value && allOf(list, this.#statements, loop))
      ) {
        const name = `all${++this.#count}`;
        before.push(`const ${name} = [];`);
        this.#all.push({ loop, place, name });
      }
    }
    // What the second round takes from the first is written; the loop's variables stand for it.
    const body: string[] = [];
    const round = 1;
    for (const [place, name] of names) this.#names.set(at(0, place).value, name);
    for (let place = 0; place < length; place++) {
      const { value, code } = at(round, place);
      const first = at(0, place).code;
      const text = this.#text(code, (number, i) => growing(first[i] as number, number));
      body.push(`const ${this.#fresh(value)} = ${text};`);
      const own = this.#names.get(value);
      const name = names.get(place);
      if (name !== undefined) last.push(`${name} = ${own};`);
      const all = this.#all.find((kept) => kept.loop === loop && kept.place === place);
      if (all !== undefined) last.push(`${all.name}.push(${own});`);
    }
    for (const [place, name] of names) this.#names.set(at(rounds - 1, place).value, name);
    const indented = [...body, ...last].map((line) => `  ${line}`);
    return [...before, `for (let t = 0; t < ${rounds}; t++) {`, ...indented, "}"];
  }
}

function growing(first: number, second: number): string {
  if (Object.is(first, second)) return literal(first);
  const step = `${literal(second - first)} * t`;
  return first === 0 ? step : `${literal(first)} + ${step}`;
}

function literal(number: number): string {
  return Object.is(number, -0) ? "-0" : String(number);
}
