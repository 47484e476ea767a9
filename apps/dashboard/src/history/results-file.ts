import * as v from "valibot";
import type { RunResults } from "../run/results.ts";
import { escapedJson } from "./escaped-json.ts";
import { formatVersion } from "./run-files.ts";

/** The content of `results.json`: pictures are base64 of their bytes. Images that a network gave back are not kept. */
export function resultsText({ mistakes, weights, reconstructions: _, ...rest }: RunResults): string {
  const content = {
    format: "gradwerk-results",
    version: formatVersion,
    ...rest,
    mistakes: mistakes.map(({ image, ...mistake }) => ({
      ...mistake,
      image: { ...image, pixels: base64(image.pixels) },
    })),
    weights: weights.map(({ levels, ...weight }) => ({ ...weight, levels: base64(levels) })),
  };
  return `${escapedJson(content)}\n`;
}

function base64({ buffer, byteOffset, byteLength }: Uint8Array | Int8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** A picture is at most so many pixels wide and high. */
const side = v.pipe(count, v.minValue(1), v.maxValue(1024));
const numbers = v.array(v.number());
const mostClasses = 1000;

const image = v.pipe(
  v.object({ rows: side, columns: side, pixels: v.pipe(v.string(), v.base64()) }),
  v.transform(({ pixels, ...size }) => ({ ...size, pixels: new Uint8Array(Buffer.from(pixels, "base64")) })),
  v.check(
    ({ rows, columns, pixels }) => pixels.length === rows * columns,
    "a picture has as many pixels as rows x columns",
  ),
);

const mistake = v.object({ index: count, truth: count, guess: count, outputs: numbers, image });

const weight = v.pipe(
  v.object({
    path: v.string(),
    index: count,
    rows: side,
    columns: side,
    limit: v.number(),
    levels: v.pipe(v.string(), v.base64()),
  }),
  v.transform(({ levels, ...rest }) => ({ ...rest, levels: new Int8Array(Buffer.from(levels, "base64")) })),
  v.check(
    ({ rows, columns, levels }) => levels.length === rows * columns,
    "a picture has as many weights as rows x columns",
  ),
);

/** What `results.json` must hold. */
export const resultsSchema: v.GenericSchema<unknown, RunResults> = v.pipe(
  v.object({
    step: count,
    classes: v.pipe(v.array(v.string()), v.maxLength(mostClasses)),
    givesProbabilities: v.boolean(),
    confusion: v.array(v.array(count)),
    mistakes: v.array(mistake),
    weights: v.array(weight),
  }),
  v.check(
    ({ classes, confusion }) =>
      confusion.length === classes.length && confusion.every((row) => row.length === classes.length),
    "the confusion matrix has a row and a column for each class",
  ),
  v.check(
    ({ classes: { length }, mistakes }) =>
      mistakes.every(
        ({ truth, guess, outputs }) => truth < length && guess < length && outputs.length === length,
      ),
    "a mistake is between two classes and has an output for each",
  ),
);
