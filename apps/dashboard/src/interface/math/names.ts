import { formatNumber } from "../../drawing/format.ts";
import type { DenseAnatomy, StepAnatomy } from "../../run/inspection.ts";
import { areDigits, classNamesOf, shortName } from "../class-names.ts";
import type { Scene } from "./page.ts";

/** Characters of a class's name beside its number. */
const longestClass = 10;

/** A factor in a formula: negative ones in brackets. */
export function factor(value: number): string {
  return value < 0 ? `(${formatNumber(value)})` : formatNumber(value);
}

/** What the numbers are called that the first dense layer gets: pixels where nothing stands before it. */
export function inputWord({ others }: StepAnatomy): string {
  return others.length === 0 ? "pixel" : "value";
}

/** `unit 3`, `pixel (14,14)` by row and column from 0, `value 7`: what comes into a dense layer at a place. */
export function inputName(anatomy: StepAnatomy, layer: number, place: number): string {
  return `${layer === 0 ? inputWord(anatomy) : "unit"} ${inputPlace(anatomy, layer, place)}`;
}

/** The same without the word. */
export function inputPlace({ others, columns }: StepAnatomy, layer: number, place: number): string {
  return layer === 0 && others.length === 0 ? pixelPlace(place, columns) : String(place);
}

/** `(14,14)`: row and column of a pixel, from 0. */
export function pixelPlace(place: number, columns: number): string {
  return `(${Math.floor(place / columns)},${place % columns})`;
}

/** Whether a layer's units are the network's outputs. */
export function isLast({ layers }: StepAnatomy, layer: number): boolean {
  return layer === layers.length - 1;
}

/** What an output stands for: a class, or a pixel of the image that is given back. */
export function outputName({ anatomy, info }: Scene, place: number): string {
  if (anatomy.lossName === "mean squared error") return pixelPlace(place, anatomy.columns);
  const name = shortName(classNamesOf(info)[place] ?? String(place), longestClass);
  return areDigits(info) ? `a ${name}` : name;
}

/** `unit 3`; of an output what it stands for too: `y_0 (a 1)`. */
export function unitName(scene: Scene, layer: number, unit: number): string {
  return isLast(scene.anatomy, layer) ? `y_${unit} (${outputName(scene, unit)})` : `unit ${unit}`;
}

/** What the activation makes of x, as it is written: `s(x)`. */
export const activationSigns: Readonly<Record<DenseAnatomy["activation"], string>> = {
  sigmoid: "s",
  relu: "relu",
  tanh: "tanh",
  none: "",
};

/** The slope of an activation, with numbers: of its own output, or of the sum. */
export function slopeWithNumbers(activation: DenseAnatomy["activation"], a: number, x: number): string {
  switch (activation) {
    case "sigmoid":
      return `${factor(a)} * (1 - ${factor(a)})`;
    case "tanh":
      return `(1 - ${factor(a)}^2)`;
    case "relu":
      return x > 0 ? "1" : "0";
    case "none":
      return "1";
  }
}

/** The slope as a formula. */
export const slopeFormulas: Readonly<Record<DenseAnatomy["activation"], string>> = {
  sigmoid: "s'(x) = s(x) (1 - s(x))",
  tanh: "tanh'(x) = 1 - tanh(x)^2",
  relu: "relu'(x) = 1 above 0, else 0",
  none: "",
};

/** The slope that the training met at a unit, by what went in and came out of it on the way back; none where nothing came. */
export function slopeOf({ back, byOutput }: DenseAnatomy, unit: number): number | undefined {
  return byOutput[unit] === 0 ? undefined : back[unit] / byOutput[unit];
}
