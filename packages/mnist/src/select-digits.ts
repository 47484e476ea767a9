import { MnistError } from "./errors.ts";
import type { DigitSet, ImageSet } from "./image-set.ts";

/**
 * The images of some digits, or labels of another set, in file order. The first becomes class 0, the second class 1, and
 * so on.
 *
 * @param digits - at least two different labels.
 * @param classes - how many labels the set has; digits run from 0 to one less. Default: as many as it has class names.
 * @returns a new set in memory of its own, with each image's class and its position in `set`.
 * @throws {@link MnistError} `digits` for a digit out of range, repeated or fractional, or fewer than two.
 *
 * @example
 * ```ts
 * import { selectDigits } from "@gradwerk/mnist";
 * import { loadMnist } from "@gradwerk/mnist/node";
 *
 * const { train } = await loadMnist();
 * const onesAndSevens = selectDigits(train, [1, 7]); // 13007 images
 * ```
 */
export function selectDigits(
  set: ImageSet,
  digits: readonly number[],
  classes: number = set.classNames.length,
): DigitSet {
  checkDigits(digits, classes);
  const classOfLabel = new Map(digits.map((digit, place) => [digit, place]));
  const positions: number[] = [];
  for (const [i, label] of set.labels.entries()) if (classOfLabel.has(label)) positions.push(i);
  const indices = Uint32Array.from(positions);
  const size = set.rows * set.columns;
  const pixels = new Uint8Array(indices.length * size);
  for (const [place, i] of indices.entries())
    pixels.set(set.pixels.subarray(i * size, (i + 1) * size), place * size);
  const labels = Uint8Array.from(indices, (i) => set.labels[i] ?? 0);
  return {
    count: indices.length,
    rows: set.rows,
    columns: set.columns,
    pixels,
    labels,
    classNames: set.classNames,
    digits: [...digits],
    classes: labels.map((label) => classOfLabel.get(label) ?? 0),
    indices,
  };
}

function checkDigits(digits: readonly number[], classes: number): void {
  const expected = `different whole numbers from 0 to ${classes - 1}`;
  const found = `[${digits.join(", ")}]`;
  const refuse = (problem: string, remedy: string): MnistError =>
    new MnistError("digits", { problem: `digits: ${problem}`, expected, found, remedy });

  for (const [place, digit] of digits.entries()) {
    if (!Number.isInteger(digit)) throw refuse(`${digit} is no whole number`, "Give digits such as 1 and 7.");
    if (digit < 0 || digit >= classes) {
      throw refuse(`${digit} is out of range`, `Choose digits from 0 to ${classes - 1}.`);
    }
    if (digits.indexOf(digit) < place) throw refuse(`${digit} is repeated`, "Name each digit once.");
  }
  if (digits.length < 2) {
    const problem = digits.length === 0 ? "none is given" : `only ${digits[0]} is given`;
    throw refuse(problem, "Give at least two, or there is nothing to tell apart.");
  }
}
