import type { LabelledSamples, SampleInputs } from "@gradwerk/mnist";
import { classOrder, MAX_CLASSES, tooManyClasses } from "../classes.ts";
import { DataError, quoted } from "../errors.ts";
import type { CsvOptions } from "./csv.ts";

const DEFAULT_MAX_BYTES = 2 ** 30;

/** A number as people and programs write it: no hexadecimal, no words. */
const numberPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

const newValues = {
  uint8: (length: number): Uint8Array => new Uint8Array(length),
  float32: (length: number): Float32Array => new Float32Array(length),
  float64: (length: number): Float64Array => new Float64Array(length),
};

/** Where the columns stand in a record. */
interface Columns {
  readonly label: number;
  readonly values: readonly number[];
  /** Fields that every record has. */
  readonly fields: number;
  readonly names: readonly string[] | undefined;
}

/** Makes samples of records: checks every field, and takes memory as samples come. */
export class SampleTable<Inputs extends SampleInputs> {
  readonly #options: CsvOptions;
  #columns: Columns | undefined;
  #values: SampleInputs = new Uint8Array(0);
  #labels: Uint8Array = new Uint8Array(0);
  #count = 0;
  /** The labels so far, each with its number: that of the class where classes are given, else in order of appearance. */
  readonly #numbers: Map<string, number>;

  constructor(options: CsvOptions) {
    this.#options = options;
    const { classNames = [], name } = options;
    if (classNames.length > MAX_CLASSES) throw tooManyClasses(name);
    this.#numbers = new Map(classNames.map((label, number) => [label, number]));
    if (this.#numbers.size < classNames.length) {
      throw new DataError("option", {
        problem: "a class name is repeated",
        file: name,
        remedy: "Give each class one name of its own.",
      });
    }
  }

  /** Takes a record; the first one tells what the columns are. */
  add(fields: readonly string[], line: number): void {
    const { name: file, header = true } = this.#options;
    if (this.#columns === undefined) {
      this.#columns = columnsOf(fields, line, this.#options);
      if (header) return;
    }
    const columns = this.#columns;
    if (fields.length !== columns.fields) {
      throw new DataError("csv-fields", {
        problem: "the record has another number of fields than the first",
        file,
        line,
        expected: `${columns.fields} fields`,
        found: String(fields.length),
        remedy: "Complete the line, and put quotes around values that hold the delimiter.",
      });
    }
    this.#reserve(columns.values.length, line);
    const label = this.#labelOf(fields, line, columns);
    const start = this.#count * columns.values.length;
    for (const [place, column] of columns.values.entries()) {
      this.#values[start + place] = this.#valueOf(fields[column], line, column, columns);
    }
    this.#labels[this.#count++] = label;
  }

  finish(): LabelledSamples<Inputs> {
    const { name: file, classNames, shape } = this.#options;
    const columns = this.#columns;
    if (columns === undefined || this.#count === 0) {
      throw new DataError("empty", {
        problem:
          columns === undefined ? "the file is empty" : "there are no samples below the columns' names",
        file,
        remedy: "Give at least one line of values.",
      });
    }
    const found = [...this.#numbers.keys()];
    const names = classNames ?? classOrder(found);
    const classOfNumber = found.map((label) => names.indexOf(label));
    return {
      count: this.#count,
      inputs: this.#values.slice(0, this.#count * columns.values.length) as Inputs,
      shape: shape ?? [columns.values.length],
      labels: this.#labels.slice(0, this.#count).map((number) => classOfNumber[number]),
      classNames: [...names],
    };
  }

  #labelOf(fields: readonly string[], line: number, { label: column, names }: Columns): number {
    const { name: file, classNames } = this.#options;
    const label = fields[column].trim();
    const known = this.#numbers.get(label);
    if (known !== undefined) return known;
    if (label === "" || classNames !== undefined) {
      throw new DataError("csv-label", {
        problem: label === "" ? "the label is empty" : "the label is no class",
        file,
        line,
        column: column + 1,
        columnName: names?.[column],
        expected: classNames === undefined ? "a class's name" : `one of ${quotedList(classNames)}`,
        found: quoted(label),
        remedy: "Correct the label, or leave the line out.",
      });
    }
    if (this.#numbers.size === MAX_CLASSES) throw tooManyClasses(file, line);
    this.#numbers.set(label, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  #valueOf(field: string, line: number, column: number, { names }: Columns): number {
    const { name: file, type = "float32" } = this.#options;
    const text = field.trim();
    const value = numberPattern.test(text) ? Number(text) : Number.NaN;
    if (type === "uint8" ? isByte(value) : Number.isFinite(type === "float32" ? Math.fround(value) : value))
      return value;
    throw new DataError("csv-value", {
      problem: text === "" ? "the value is empty" : "the value cannot be used",
      file,
      line,
      column: column + 1,
      columnName: names?.[column],
      expected: type === "uint8" ? "a whole number from 0 to 255" : `a finite number that ${type} can hold`,
      found: quoted(text),
      remedy: "Put a number there, leave the line out, or leave the column out with the option columns.",
    });
  }

  /** Makes room for one more sample; room doubles, so that copying stays cheap. */
  #reserve(width: number, line: number): void {
    if (this.#count < this.#labels.length) return;
    const { name: file, type = "float32", maxBytes = DEFAULT_MAX_BYTES } = this.#options;
    const capacity = Math.max(64, 2 * this.#count);
    const bytesEach = width * newValues[type](0).BYTES_PER_ELEMENT;
    if ((this.#count + 1) * bytesEach > maxBytes) {
      throw new DataError("too-large", {
        problem: "the values take more memory than the limit",
        file,
        line,
        expected: `at most ${maxBytes} bytes, which is ${Math.floor(maxBytes / bytesEach)} samples`,
        found: "more",
        remedy: "Raise maxBytes, choose fewer columns, or a smaller type.",
      });
    }
    const room = Math.min(capacity, Math.floor(maxBytes / bytesEach));
    const values = newValues[type](room * width);
    values.set(this.#values);
    this.#values = values;
    const labels = new Uint8Array(room);
    labels.set(this.#labels);
    this.#labels = labels;
  }
}

function isByte(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 255;
}

function columnsOf(fields: readonly string[], line: number, options: CsvOptions): Columns {
  const { name: file, header = true, labelColumn, columns, shape } = options;
  const names = header ? fields.map((field) => field.trim()) : undefined;
  const label = placeOf(labelColumn, fields.length, names, line, file);
  const all = Array.from({ length: fields.length }, (_, place) => place);
  const values =
    columns?.map((column) => placeOf(column, fields.length, names, line, file)) ??
    all.filter((place) => place !== label);
  const size = shape?.reduce((product, extent) => product * extent, 1) ?? values.length;
  const isShape = shape?.every((extent) => Number.isInteger(extent) && extent > 0) ?? true;
  if (
    values.length === 0 ||
    values.includes(label) ||
    new Set(values).size < values.length ||
    size !== values.length ||
    !isShape
  ) {
    throw new DataError("option", {
      problem: "the columns make no samples",
      file,
      line,
      expected:
        "one or more columns of values, each once, none of them the label's, and as many as the shape has places",
      found: `${values.length} of ${fields.length} columns${shape === undefined ? "" : ` for the shape [${shape.join(", ")}]`}`,
      remedy: "Check labelColumn, columns, shape and delimiter.",
    });
  }
  return { label, values, fields: fields.length, names };
}

function placeOf(
  column: string | number,
  fields: number,
  names: readonly string[] | undefined,
  line: number,
  file: string | undefined,
): number {
  const place = typeof column === "number" ? column : (names?.indexOf(column) ?? -1);
  const isTwice = typeof column === "string" && names !== undefined && names.lastIndexOf(column) !== place;
  if (Number.isInteger(place) && place >= 0 && place < fields && !isTwice) return place;
  throw new DataError("csv-column", {
    problem: isTwice ? "two columns have this name" : "there is no such column",
    file,
    line,
    expected:
      names === undefined
        ? `a position from 0 to ${fields - 1}, as no line names columns`
        : `one of ${quotedList(names)}`,
    found: typeof column === "number" ? String(column) : quoted(column),
    remedy: isTwice
      ? "Give the column's position, from 0."
      : "Give a column's name or its position, and check the delimiter.",
  });
}

function quotedList(words: readonly string[]): string {
  const shown = words.slice(0, 10).map(quoted).join(", ");
  return words.length > 10 ? `${shown} and ${words.length - 10} more` : shown;
}
