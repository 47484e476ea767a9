import type { DType } from "@gradwerk/tensor/backend";
import { PhiloxRandom } from "@gradwerk/tensor/random";

/** Where a kernel's numbers are drawn from. */
export type Range = readonly [low: number, high: number];

/** Numbers of a dtype without pattern, the same in every run; integers are whole. */
export function randomElements(
  dtype: DType,
  seed: number,
  [low, high]: Range = [-2, 2],
): (place: number) => number {
  const uniform = uniformElements(seed);
  return (place) => {
    const value = low + (high - low) * uniform(place);
    return dtype === "float32" ? Math.fround(value) : dtype === "float64" ? value : Math.floor(value);
  };
}

// What was drawn from a seed is kept: hundreds of calls ask for the same numbers.
const streams = new Map<number, { readonly random: PhiloxRandom; readonly numbers: number[] }>();

function uniformElements(seed: number): (place: number) => number {
  const stream = streams.get(seed) ?? { random: new PhiloxRandom(seed), numbers: [] };
  streams.set(seed, stream);
  const { random, numbers } = stream;
  return (place) => {
    while (numbers.length <= place) numbers.push(random.uniform());
    return numbers[place];
  };
}

const { POSITIVE_INFINITY: infinity } = Number;

/** The numbers of a dtype at which implementations differ: zeros, extremes, what is no number. */
export function corners(dtype: DType): readonly number[] {
  if (dtype === "uint8") return [0, 1, 2, 127, 128, 200, 254, 255];
  if (dtype === "int32") {
    return [0, 1, -1, 2, -2, 7, -7, 65535, 65536, 2 ** 30, 2 ** 31 - 1, -(2 ** 31), 1 - 2 ** 31, 123456789];
  }
  const [denormal, small, large] =
    dtype === "float32"
      ? [2 ** -149, 2 ** -126, 2 ** 127 * (2 - 2 ** -23)]
      : [2 ** -1074, 2 ** -1022, Number.MAX_VALUE];
  const positive = [
    0,
    denormal,
    3 * denormal,
    small,
    1e-7,
    0.5,
    1,
    1.5,
    2.5,
    3,
    88,
    1000,
    2 ** 23,
    large,
    infinity,
  ];
  const rounded = positive.map((value) => (dtype === "float32" ? Math.fround(value) : value));
  return [...rounded, ...rounded.map((value) => -value), Number.NaN];
}

/** The corners one after the other, again and again. */
export function cornerElements(dtype: DType, shift: number = 0): (place: number) => number {
  const values = corners(dtype);
  return (place) => values[(place + shift) % values.length];
}

/** Sizes at which loops go wrong: nothing, one, primes, around the widths of vectors, and large. */
export const shapes: readonly (readonly number[])[] = [
  [],
  [0],
  [1],
  [2],
  [3],
  [5],
  [16],
  [31],
  [3, 0, 2],
  [1, 1],
  [7, 1],
  [1, 13],
  [4, 4],
  [5, 7],
  [3, 5, 7],
  [2, 1, 3, 5],
  [1, 2, 1, 2, 1, 3, 1, 2],
  [1021],
  [33, 67],
];

/** One size that no cache line, vector or page divides. */
export const largeShape: readonly number[] = [257, 409];
